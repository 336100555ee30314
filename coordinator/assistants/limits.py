"""Has a client met its usage limit, and until when? Read from the last words of a process that ended.

The words are the clients' own and change between releases; what is not recognized is treated as any other end,
with a back-off. Only what a client says of an error is looked at: a worker's research may be about limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT = timedelta(minutes=30)
"""How long a direction is parked where the client does not say until when."""
MARGIN = timedelta(seconds=20)
"""After the reset: clocks differ."""
GRAIN = timedelta(minutes=1)
"""Of a time of day: "1:01 PM" may have begun already."""
LONGEST = timedelta(days=8)
"""A reset further away was misread; weekly limits are the longest there are."""

_MET = re.compile(
    r"(?:you(?:'|\u2019)?ve|you have) (?:hit|reached) your (?:\w+[ -]){0,3}limit|usage limit (?:reached|exceeded)"
    r"|(?:session|weekly|hourly|5-hour|daily|monthly) limit reached|usage_limit_reached|out of (?:extra )?usage"
    r"|rate_limit_error|exceeded your current quota|exceeded retry limit.*429|\b429 Too Many Requests",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(?:limit reached\||resets?_at\W+|resetsAt\W+)(\d{10})\b")
_IN = re.compile(
    r"(?:try again|resets?|available(?: again)?) in ((?:(?:about|~)?\s*\d+\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|"
    r"seconds?|secs?|s)\b[\s,]*(?:and\s*)?)+)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(\d+)\s*(d|h|m|s)", re.IGNORECASE)
_AT = re.compile(
    r"(?:resets?|try again at|available at)\s*(?:at\s+)?(?:on\s+)?(?P<day>(?:[A-Z][a-z]{2,8})\s+\d{1,2}(?:st|nd|rd|th)?"
    r"(?:,?\s+\d{4})?)?,?\s*(?:at\s+)?(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s*(?P<half>[ap]m)?"
    r"(?:\s*\((?P<zone>[A-Za-z_+\-0-9/]+)\))?",
    re.IGNORECASE,
)
_SECONDS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True, slots=True)
class Limit:
    """A usage limit that was met.

    Args:
        until: when to try again, UTC.
        said: what the client said, one line.
        known: whether it said until when.
    """

    until: datetime
    said: str
    known: bool


def met(output: str, now: datetime) -> Limit | None:
    """Find a usage limit in the last words of a client.

    Args:
        output: the end of what it printed: text, or one JSON object a line.
        now: UTC; the local time zone of the machine is assumed where a time of day has none.
    """
    for line in reversed(list(_errors(output))):
        if _MET.search(line):
            reset = reset_in(line, now)
            usable = reset is not None and now - GRAIN <= reset <= now + LONGEST
            until = max(reset, now) + MARGIN if reset is not None and usable else now + DEFAULT
            return Limit(until, " ".join(line.split())[:200], usable)
    return None


def reset_in(text: str, now: datetime) -> datetime | None:
    """Read when a limit is lifted: a time stamp, a duration, or a time of day with or without a date."""
    if found := _EPOCH.search(text):
        return datetime.fromtimestamp(int(found.group(1)), UTC)
    if found := _IN.search(text):
        amounts = _AMOUNT.findall(found.group(1))
        return now + timedelta(seconds=sum(int(count) * _SECONDS[unit.lower()] for count, unit in amounts))
    found = _AT.search(text)
    return _of_clock(found, now) if found else None


def _of_clock(found: re.Match[str], now: datetime) -> datetime | None:
    local = now.astimezone(_zone(found.group("zone")))
    hour, minute = int(found.group("hour")), int(found.group("minute") or 0)
    half = (found.group("half") or "").lower()
    if hour > (12 if half else 23) or minute > 59 or not (half or found.group("minute")):
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if found.group("day"):
        return _on_day(found.group("day"), at)
    return (at if at >= local.replace(second=0, microsecond=0) else at + timedelta(days=1)).astimezone(UTC)


def _on_day(day: str, at: datetime) -> datetime | None:
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)", "", day).replace(",", " ").split()
    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    month = words[0][:3].lower()
    if month not in months:
        return None
    year = int(words[2]) if len(words) > 2 else at.year
    try:
        found = at.replace(year=year, month=months.index(month) + 1, day=int(words[1]))
    except ValueError:
        return None
    if len(words) < 3 and found < at - timedelta(days=30):
        found = found.replace(year=year + 1)
    return found.astimezone(UTC)


def _zone(name: str | None) -> timezone | ZoneInfo | None:
    """Give a time zone; None is the machine's own."""
    if not name:
        return None
    if name.upper() in {"UTC", "GMT"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _errors(output: str) -> Iterator[str]:
    """Give the lines in which a client speaks of an error of its own."""
    for line in output.splitlines():
        if not line.startswith("{"):
            yield line
            continue
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and (said.get("is_error") or "error" in said or "error" in str(said.get("type", ""))):
            result = said.get("result")
            yield result if isinstance(result, str) else line
