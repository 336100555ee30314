"""The real Claude Code, against a scripted model, in a network of its own and with an empty home."""

from __future__ import annotations

import scenes


def test_three_subagents_drive_their_directions_to_the_end(play: scenes.Play) -> None:
    """From `Read program.md and begin.` to `stop`, though their model wants to stop after each step."""
    scenes.check_campaign(play, "claude")


def test_everything_on_the_deny_list_is_refused(play: scenes.Play) -> None:
    """By redirects, interpreters, links, other folders; and what is allowed runs."""
    scenes.check_attempts(play, "claude")


def test_launch_goes_on_after_limits_and_early_stops(play: scenes.Play) -> None:
    """Parked until the limit is lifted, restarted where the model stopped for good."""
    scenes.check_launch(play, "claude")


def test_an_idle_session_is_woken_by_its_inbox(play: scenes.Play) -> None:
    """In a terminal, where nobody types anything."""
    scenes.check_idle(play, "claude")
