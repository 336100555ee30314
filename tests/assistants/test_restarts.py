"""When a worker that ended is started again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from coordinator.assistants import restarts
from coordinator.assistants.limits import Limit
from coordinator.assistants.restarts import Restarts

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SHORT = timedelta(seconds=3)


def pauses(state: Restarts, count: int) -> list[float]:
    """Let a worker end at once, again and again, each time as soon as it was started."""
    now, found = NOW, []
    for _ in range(count):
        state = state.ended(now, SHORT, progressed=False)
        if state.given_up:
            break
        found.append((state.not_before - now).total_seconds())
        now = state.not_before
    return found


def test_the_pause_doubles_and_then_the_breaker_opens() -> None:
    """10, 20, 40, 80 seconds; then half an hour, one try, half an hour, one try, and no more."""
    assert pauses(Restarts(), 20) == [10, 20, 40, 80, 1800, 1800]


def test_the_pause_has_an_upper_bound() -> None:
    """Whatever the burst is."""
    state = Restarts(pause=timedelta(seconds=200))
    assert pauses(state, 3) == [200, 300, 300]


def test_whoever_got_something_done_is_started_soon() -> None:
    """Stopping early is what models do; the failures before are forgiven."""
    failing = Restarts().ended(NOW, SHORT, progressed=False).ended(NOW, SHORT, progressed=False)
    for lived, progressed in ((SHORT, True), (restarts.CALM, False)):
        state = failing.ended(NOW, lived, progressed=progressed)
        assert (state.failures, state.pause) == (0, restarts.FIRST_PAUSE)
        assert not state.may_start(NOW)
        assert state.may_start(NOW + restarts.FIRST_PAUSE)


def test_a_limit_parks_and_counts_for_nothing() -> None:
    """Until the client's own time; another client may go on at once."""
    until = NOW + timedelta(hours=3)
    parked = Restarts().limited(Limit(until, "said", known=True))
    assert parked.failures == 0
    assert "usage limit until 2026-11-23 15:00 UTC" in parked.why
    assert not parked.may_start(until - SHORT)
    assert parked.may_start(until)
    assert parked.switched(NOW).may_start(NOW)


def test_given_up_is_for_good() -> None:
    """Until `launch` is called again."""
    state = Restarts()
    for _ in range(20):
        state = state.ended(NOW, SHORT, progressed=False)
        if state.given_up:
            break
    assert state.given_up
    assert not state.may_start(NOW + timedelta(days=9))
