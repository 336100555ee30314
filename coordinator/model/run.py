"""What governs a run? Its frozen copy of the config, the directions and the rubric: run.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coordinator.model.direction import Direction
from coordinator.model.settings import Settings


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """A run's frozen files, as text and as values.

    Args:
        run: id, `YYYYMMDD_HHMMSS` in UTC.
        uid: random 32 hex digits; names the run's files in the state folder, also when the workspace moves.
        created: when, UTC.
        config_text, directions_text, rubric_text: the files as they were, to the letter.
        settings, directions: the same, parsed; only the directions that are not `done`.
    """

    run: str
    uid: str
    created: datetime
    config_text: str
    directions_text: str
    rubric_text: str
    settings: Settings
    directions: tuple[Direction, ...]
