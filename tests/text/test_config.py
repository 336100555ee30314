"""config.yaml: every key optional, old names accepted, nothing given twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.settings import (
    AssistantSettings,
    Attention,
    Budget,
    ExecutorSettings,
    PaperSettings,
    Settings,
    Significance,
)
from coordinator.text import config


@pytest.mark.parametrize("data", [b"", b"\n", b"# nothing\n", b"\xef\xbb\xbf", b"{}\n", b"budget: {}\n"])
def test_nothing_set_is_all_defaults(data: bytes) -> None:
    """An empty file is a config."""
    assert config.parse(data, "f").value == Settings()


@pytest.mark.parametrize(("alias", "target"), config.ALIASES.items())
def test_old_keys_mean_the_new_ones(alias: str, target: tuple[str, str]) -> None:
    """Alone, and beside other keys of the group."""
    group, key = target
    for more in ("", f"{group}: {{}}\n"):
        value = config.parse(f"{alias}: 4\n{more}".encode(), "f").value
        assert value is not None
        assert getattr(getattr(value, group), key) == 4


@pytest.mark.parametrize(("alias", "target"), config.ALIASES.items())
def test_an_old_key_beside_its_new_one_is_a_problem(alias: str, target: tuple[str, str]) -> None:
    """Even if both say the same."""
    group, key = target
    (problem,) = config.parse(f"{group}:\n  {key}: 4\n{alias}: 4\n".encode(), "f").problems
    assert (problem.line, problem.code) == (3, "given_twice")
    assert f"{group}.{key} on line 2" in problem.message


def test_a_bad_value_is_told_under_the_key_that_was_written() -> None:
    """At its line, too."""
    (problem,) = config.parse(b"max_tier: 1\nsignificance_threshold: high\n", "f").problems
    assert (problem.line, problem.message) == (
        2,
        "significance_threshold: expected a number from 1 to 10, got 'high'",
    )


def test_an_old_key_beside_a_group_that_is_no_mapping() -> None:
    """The group is the problem then."""
    (problem,) = config.parse(b"significance_threshold: 7\nsignificance: high\n", "f").problems
    assert (problem.line, problem.code) == (2, "bad_value")


def test_bytes_and_syntax_are_told_too() -> None:
    """The problems of the floors below come through."""
    assert [problem.code for problem in config.parse(b"\xff", "f").problems] == ["not_utf8"]
    assert [problem.code for problem in config.parse(b"- a", "f").problems] == ["yaml_not_a_mapping"]


def test_the_printed_config_explains_each_key() -> None:
    """A fresh workspace gets every setting with its comment, in the order of the model."""
    lines = config.print_(Settings()).decode().splitlines()
    groups = (Budget, Significance, ExecutorSettings, Attention, PaperSettings, AssistantSettings)
    assert len([line for line in lines if " # " in line]) == sum(len(model.model_fields) for model in groups) + 5
    assert "  compute_minutes: null                   # CPU minutes summed over all experiment processes." in "\n".join(
        lines
    )


MINUTES = st.none() | st.floats(0.5, 1e6)


@settings(deadline=None, max_examples=40)
@given(
    st.builds(
        Settings,
        research_target_path=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
        allow_research_target_writes=st.booleans(),
        max_tier=st.integers(1, 3),
        protected_paths=st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)).map(tuple),
        experiment_network=st.sampled_from(["allow", "deny"]),
        budget=st.builds(Budget, experiments=st.integers(1, 99), wall_minutes=MINUTES, compute_minutes=MINUTES),
        significance=st.builds(Significance, alpha=st.floats(1e-9, 0.99), score=st.floats(1, 10)),
    )
)
def test_printed_settings_come_back(value: Settings) -> None:
    """Whatever they are."""
    assert config.parse(config.print_(value), "f").value == value
