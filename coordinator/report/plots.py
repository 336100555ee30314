"""What do scores and effects look like? Two pictures a direction, the same bytes every time.

Honest axes: a score's axis is always the whole scale; an effect's always holds zero, the baseline. Each seed
is a dot. Only fresh seeds get an interval: around what was chosen after looking it would promise too much.
Shape says what colour says. Colours are those of Okabe and Ito, which survive colour blindness.

matplotlib costs more than a second to import, so it is imported where a picture is drawn.
Source: Okabe, Ito (2008), Color Universal Design.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from coordinator.model.experiment import Change
from coordinator.model.finding import Evidence, Finding
from coordinator.model.verdict import Standing
from coordinator.report.prose import one_line
from coordinator.report.view import RunView, best
from coordinator.report.wording import counted, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, GREY, INK = "#0072B2", "#D55E00", "#009E73", "#767676", "#222222"

STYLE: dict[str, object] = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.parse_math": False,  # a metric's name may hold a dollar sign
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
}
"""On top of matplotlib's own defaults; a user's matplotlibrc changes nothing."""

ROWS_CAP = 24
"""Rows and columns of a picture; the last ones are shown."""

LARGEST = 1e100
"""Numbers beyond this are not drawn: the axes of matplotlib overflow."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture.

    Args:
        name: of its file, beside findings.md.
        alt: what it shows, for those who do not see it.
        png: its bytes.
    """

    name: str
    alt: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the effect picture.

    Args:
        label: who and how many seeds.
        dots: one a seed, signed as the metric; seeds that failed are left out here and counted in the label.
        mean: of the row; None where nothing was measured.
        interval: 95 %, of fresh seeds only.
        fresh: these are the seeds of a confirmation.
    """

    label: str
    dots: tuple[float, ...]
    mean: float | None
    interval: tuple[float, float] | None
    fresh: bool


def draw(finding: Finding, view: RunView) -> tuple[Plot, ...]:
    """Draw the scores and the effects of one direction; nothing where there is nothing to show."""
    plots = []
    if finding.experiments:
        alt = f"Self-score of each experiment of {finding.direction}, beside the bar"
        plots.append(Plot(f"{finding.direction}-scores.png", alt, _scores(finding, view.bar(finding.direction).score)))
    rows = effect_rows(finding)
    if any(row.mean is not None for row in rows) and _drawable(rows):
        alt = f"Effect under each seed of {finding.direction}, exploring and fresh, beside the baseline"
        plots.append(Plot(f"{finding.direction}-effect.png", alt, _effect(finding, rows)))
    return tuple(plots)


def effect_rows(finding: Finding) -> tuple[Row, ...]:
    """Give the rows of the effect picture: experiments that test the same claim, then confirmations."""
    chosen = best(finding)
    if chosen is None or chosen.effect is None:
        return ()
    claim = chosen.effect.claim.id
    rows = [_explored(shown) for shown in finding.experiments if shown.effect and shown.effect.claim.id == claim]
    return (*rows[-ROWS_CAP:], *_confirmed(finding))


def _explored(shown: Evidence) -> Row:
    assert shown.effect is not None, "only experiments with a claim have an effect"
    values = signed(shown.effect)
    dots = tuple(value for value in values if value is not None)
    mean = shown.effect.mean
    if mean is not None and shown.effect.claim.change is Change.DECREASE:
        mean = -mean
    doubt = "" if shown.standing == Standing.HOLDS else ", does not count"
    return Row(f"{shown.experiment}{doubt}\n{_of(len(dots), len(values))}", dots, mean, None, fresh=False)


def _confirmed(finding: Finding) -> list[Row]:
    rows = []
    for tried in finding.confirmations:
        test = tried.test
        ends = None if test.low is None or test.high is None else (test.low, test.high)
        dots = tuple(value for value in tried.differences if value is not None)
        label = f"confirmation {tried.attempt}\n{_of(test.n - test.missing, test.n, 'fresh seed')}"
        rows.append(Row(label, dots, test.mean, ends, fresh=True))
    return rows


def _of(having: int, asked: int, noun: str = "seed") -> str:
    return counted(asked, noun) if having == asked else f"{having} of {counted(asked, noun)}"


def _numbers(rows: Sequence[Row]) -> list[float]:
    found = [dot for row in rows for dot in row.dots]
    found += [row.mean for row in rows if row.mean is not None]
    return found + [end for row in rows if row.interval for end in row.interval]


def _drawable(rows: Sequence[Row]) -> bool:
    numbers = [abs(value) for value in _numbers(rows)]
    largest = max(numbers)
    return all(map(math.isfinite, numbers)) and (largest == 0 or 1 / LARGEST < largest < LARGEST)


def _scores(finding: Finding, bar: float) -> bytes:
    """Draw every experiment at its self-score; those without one stand below the axis."""
    shown = finding.experiments[-ROWS_CAP:]
    with _styled():
        figure, axes = _figure(max(3.6, 1.6 + 0.5 * len(shown)), 3.0)
        axes.axhline(bar, color=GREY, linestyle="--", linewidth=1)
        axes.annotate(
            f"bar {bar:g}",
            (1, bar),
            (3, 0),
            ("axes fraction", "data"),
            "offset points",
            color=GREY,
            va="center",
        )
        for place, experiment in enumerate(shown):
            _score(axes, place, experiment)
        axes.set(ylim=(-0.6, 10.4), xlim=(-0.6, len(shown) - 0.4), ylabel="self-score, of 10")
        axes.set_yticks([0, 2, 4, 6, 8, 10], ["none", "2", "4", "6", "8", "10"])
        axes.set_xticks(range(len(shown)), [experiment.experiment for experiment in shown], rotation=45, ha="right")
        axes.set_title(
            "● claim met   ○ claim not met\n◇ no claim   x no score counts",
            fontsize=8,
            loc="left",
            color=GREY,
        )
        return _png(figure)


def _score(axes: Axes, place: int, shown: Evidence) -> None:
    """Mark one experiment: filled where its claim was met."""
    if shown.score is None:
        axes.plot(place, 0, "x", color=GREY, markersize=7)
        return
    marker = "D" if shown.effect is None else "o"
    axes.plot(place, shown.score, marker, markersize=8, markeredgecolor=BLUE, color=BLUE if shown.met else "white")


def _effect(finding: Finding, rows: Sequence[Row]) -> bytes:
    """Draw every seed of every experiment with the same claim, means, and the intervals of fresh seeds."""
    chosen = best(finding)
    assert chosen is not None, "rows come from the best experiment"
    assert chosen.effect is not None, "and from its claim"
    claim = chosen.effect.claim
    with _styled():
        figure, axes = _figure(6.4, 1.5 + 0.46 * len(rows))
        axes.axvline(0, color=INK, linewidth=1)
        for bound in _bounds(claim.change, float(claim.by)):
            axes.axvline(bound, color=GREEN, linestyle=":", linewidth=1.4)
        for place, row in enumerate(rows):
            _effect_row(axes, place, row)
        axes.set(
            xlim=_limits([*_numbers(rows), *_bounds(claim.change, float(claim.by))]),
            ylim=(len(rows) - 0.4, -0.6),
        )
        axes.set_yticks(range(len(rows)), [row.label for row in rows])
        axes.set_xlabel(f"{_plain(claim.metric)}\nminus {_plain(str(claim.baseline))}")
        axes.set_title(_legend(claim.change, float(claim.by)), fontsize=8, loc="left", color=GREY)
        return _png(figure)


def _bounds(change: Change, by: float) -> tuple[float, ...]:
    """Give where the smallest effect that matters lies; none where it is zero or cannot be drawn."""
    if not 1 / LARGEST < by < LARGEST:
        return ()
    return {Change.INCREASE: (by,), Change.DECREASE: (-by,), Change.EQUAL: (-by, by)}[change]


def _legend(change: Change, by: float) -> str:
    words = "dot: a seed   | mean   orange squares: fresh seeds, with 95 % CI   black: no effect"
    named = "claimed margin" if change is Change.EQUAL else f"smallest {change} that matters"
    return f"{words}\ndotted: {named}, {by:g}" if _bounds(change, by) else words


def _effect_row(axes: Axes, place: int, row: Row) -> None:
    """Mark each seed, the mean and, of fresh seeds, the interval."""
    colour = ORANGE if row.fresh else BLUE
    if row.mean is None:
        axes.annotate("not measured", (0, place), (4, 0), "data", "offset points", color=GREY, va="center")
        return
    if row.interval:
        axes.plot(row.interval, (place, place), color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
    spots = [place + 0.16 * ((index % 3) - 1) for index in range(len(row.dots))]
    axes.plot(row.dots, spots, "s" if row.fresh else "o", color=colour, markersize=4, alpha=0.8, linestyle="none")
    axes.plot((row.mean, row.mean), (place - 0.33, place + 0.33), color=colour, linewidth=2)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Give axis limits that hold zero and every number, with a margin."""
    low, high = min(0.0, *values), max(0.0, *values)
    margin = 0.08 * (high - low) or 1.0
    return low - margin, high + margin


def _plain(text: str) -> str:
    """Keep what the font can show: a glyph that is missing would be a warning and a box."""
    return "".join(character if " " <= character <= "~" else "?" for character in one_line(text, 70))


def _styled() -> AbstractContextManager[None]:
    """Give matplotlib our style for a while, whatever the user's own settings are."""
    import matplotlib as mpl  # noqa: PLC0415  # more than a second: only where a picture is drawn

    ours: dict[Any, Any] = {**mpl.rcParamsDefault, **STYLE}
    del ours["backend"]  # changing it would look for a display
    return mpl.rc_context(ours)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Give an empty picture, in inches; without pyplot, which keeps figures and picks a display."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # the same

    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    return figure, figure.add_subplot()


def _png(figure: Figure) -> bytes:
    """Give the bytes, without the version of the program in them; a figure without pyplot is drawn by Agg."""
    out = BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
