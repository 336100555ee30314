"""What do all documents have in common? They are frozen, closed and typed by pydantic.

Every scalar arrives as the text that its writer typed (the reader in `coordinator.text` resolves no types),
so the types here do all the converting, and a problem can quote what was written.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

NAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"
"""Names of runs, directions and workers: safe as a folder name on every system."""

EXPERIMENT_PATTERN = r"^exp_[0-9]{3,}$"
"""Names of experiment folders."""


class Document(BaseModel):
    """A typed document or a part of one: immutable, no unknown keys, no NaN, no infinities."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


def _null_to_none(value: Any) -> Any:  # noqa: ANN401  # whatever the document holds
    return None if isinstance(value, str) and value.strip().lower() in {"", "~", "null", "none"} else value


Nullable = BeforeValidator(_null_to_none)
"""Read `null`, `~` and nothing at all as None; the strict reader leaves them as text."""

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
ExperimentName = Annotated[str, StringConstraints(pattern=EXPERIMENT_PATTERN, max_length=64)]
MetricPath = Annotated[str, StringConstraints(pattern=r"^[^\s<>=!]{1,200}$")]
"""A dotted path into metrics.json, for example `ratio_20.f1_tuned`."""
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]
