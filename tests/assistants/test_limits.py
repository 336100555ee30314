"""What the clients say when a subscription's limit is met."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from coordinator.assistants import limits

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("Claude AI usage limit reached|1795438800", datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),
        ("You've hit your session limit · resets 3:30pm (UTC)", datetime(2026, 11, 23, 15, 30, tzinfo=UTC)),
        ("You've hit your limit · resets 8am (America/New_York)", datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),
        ("You\u2019ve hit your weekly limit · resets Nov 26, 9am (UTC)", datetime(2026, 11, 26, 9, 0, tzinfo=UTC)),
        ("You've hit your weekly limit · resets Nov 26 at 9:15am (UTC)", datetime(2026, 11, 26, 9, 15, tzinfo=UTC)),
        ("5-hour limit reached ∙ resets 11am (UTC)", datetime(2026, 11, 24, 11, 0, tzinfo=UTC)),
        (
            "You've hit your usage limit. Upgrade to Pro or try again in 2 hours 13 minutes.",
            NOW + timedelta(minutes=133),
        ),
        ("You've hit your usage limit. Try again in 1 day 3 hours.", NOW + timedelta(hours=27)),
        ("You've hit your usage limit. Try again in 45 seconds.", NOW + timedelta(seconds=45)),
        (
            "You've hit your usage limit or try again at Nov 25th, 2026 10:00 AM (UTC).",
            datetime(2026, 11, 25, 10, tzinfo=UTC),
        ),
        (
            '{"error": {"type": "usage_limit_reached", "resets_at": 1795438800}}',
            datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
        ),
    ],
)
def test_the_reset_is_read(said: str, until: datetime) -> None:
    """A time stamp, a duration, a time of day, with and without a day and a zone."""
    found = limits.met(f"working\n{said}\n", NOW)
    assert found is not None
    assert found.known
    assert found.until == until + limits.MARGIN


@pytest.mark.parametrize(
    "said",
    [
        "You've hit your usage limit.",
        "You've hit your limit · resets 25pm (UTC)",
        "You've hit your limit · resets Foo 3, 3pm (UTC)",
        "You've hit your limit · resets Feb 31, 3pm (UTC)",
        "You've hit your limit · resets 7",
        "usage limit reached|1999999999",
        "usage limit reached|1000000000",
        "You've reached your monthly limit",
    ],
)
def test_without_a_usable_reset_a_default_is_waited_for(said: str) -> None:
    """A time that was misread must not park a direction for a year."""
    found = limits.met(said, NOW)
    assert found is not None
    assert (found.known, found.until) == (False, NOW + limits.DEFAULT)


def test_a_minute_that_has_begun_is_not_tomorrow() -> None:
    """Codex names the minute only."""
    now = NOW.replace(second=26)
    found = limits.met("You\u2019ve hit your usage limit. Upgrade to Pro or try again at 12:00 PM (UTC).", now)
    assert found is not None
    assert (found.known, found.until) == (True, now + limits.MARGIN)


def test_a_day_of_next_year_is_next_year() -> None:
    """Around New Year's Eve."""
    late = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    found = limits.met("You've hit your weekly limit · resets Jan 2, 9am (UTC)", late)
    assert found is not None
    assert found.until == datetime(2027, 1, 2, 9, 0, tzinfo=UTC) + limits.MARGIN


def test_an_unknown_zone_is_the_machines_own() -> None:
    """Better an hour wrong than not parked."""
    for zone in ("", " (Nowhere/Land)"):
        found = limits.met(f"You've hit your limit · resets 3:30pm{zone}", NOW)
        assert found is not None
        assert NOW < found.until <= NOW + timedelta(days=1, minutes=1)


@pytest.mark.parametrize(
    "line",
    [
        "all is well",
        "",
        json.dumps({"type": "assistant", "message": {"content": "we study usage limit reached messages"}}),
        "{ no json: usage limit reached",
        json.dumps({"type": "result", "is_error": False, "result": "You've hit your usage limit."}),
        json.dumps({"type": "result", "is_error": True, "result": "something else"}),
    ],
)
def test_what_a_model_says_about_limits_is_no_limit(line: str) -> None:
    """Of one JSON object a line, only errors are looked at."""
    assert limits.met(line, NOW) is None


def test_an_error_in_json_is_found() -> None:
    """As Claude Code prints it with --output-format stream-json."""
    line = json.dumps({"type": "result", "is_error": True, "result": "You've hit your limit · resets 3pm (UTC)"})
    found = limits.met(f"{line}\n", NOW)
    assert found is not None
    assert found.until == datetime(2026, 11, 23, 15, 0, 20, tzinfo=UTC)
