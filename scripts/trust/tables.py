"""How is it all laid out? Tables in Markdown, the same for the terminal and for docs/reliability.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trust.catalogue import CLASSES, KINDS
from trust.judges import BASELINES, Judged
from trust.negatives import NEGATIVES
from trust.tally import Believes, Tally, places


def _found(judged: Judged) -> bool:
    return judged.found


def _believed(place: int) -> Believes:
    return lambda judged: judged.believed[place]


JUDGES: dict[str, Believes] = {
    "this coordinator": _found,
    **{name: _believed(place) for place, name in enumerate(BASELINES)},
}
"""Who says that there is something."""


def lines(tally: Tally) -> Iterator[str]:
    """Lay everything out."""
    yield from _table(_overview(tally))
    yield from ("", "Shares with exact 95 % bounds (Clopper and Pearson) in percent.", "")
    yield from _table(_classes(tally))
    yield from ("", "Known misses, planted like the others and not counted above:", "")
    yield from _table(_misses(tally))
    yield from ("", "Hard negatives: honest campaigns in which something looks wrong.", "")
    yield from _table(_negatives(tally))


def _table(rows: Iterator[Sequence[str]]) -> Iterator[str]:
    for place, row in enumerate(rows):
        yield f"| {' | '.join(row)} |"
        if place == 0:
            yield "|" + "---|" * len(row)


def _overview(tally: Tally) -> Iterator[Sequence[str]]:
    yield "", *JUDGES
    judges = JUDGES.values()
    yield "null campaigns with a false finding", *(str(tally.false_campaigns(judge)) for judge in judges)
    yield "null questions with a false finding", *(str(tally.false_directions(judge)) for judge in judges)
    yield "true effects of d = 2 found", *(str(tally.power(judge)) for judge in judges)
    every = [place for must, _ in places().values() for place in must]
    caught = (str(tally.caught(baseline, every)) for baseline in range(len(BASELINES)))
    yield "planted defects named; of the simple rules, not believed", str(tally.recall(every)), *caught
    doubted = (str(tally.doubted(baseline)) for baseline in range(len(BASELINES)))
    yield "clean campaigns with a false alarm", str(tally.clean_alarms()), *doubted
    yield "hard negatives with a false alarm", str(tally.hard_alarms()), *("" for _ in BASELINES)


def _classes(tally: Tally) -> Iterator[Sequence[str]]:
    yield "", "class", "kinds", "named", "false alarms on its twin", *(f"not believed by {name}" for name in BASELINES)
    for number, name in CLASSES.items():
        kinds, _ = places().get(number, ([], []))
        caught = (tally.caught(baseline, kinds).short for baseline in range(len(BASELINES)))
        said = "; ".join(KINDS[place].name for place in kinds)
        yield str(number), name, said, str(tally.recall(kinds)), str(tally.twin_alarms(kinds)), *caught


def _misses(tally: Tally) -> Iterator[Sequence[str]]:
    yield "class", "kind", "named", "became a finding", "why"
    for number, (_, kinds) in sorted(places().items()):
        for place in kinds:
            kind = KINDS[place]
            yield (
                CLASSES[number],
                kind.name,
                str(tally.recall([place])),
                tally.finding([place]).short,
                kind.miss,
            )


def _negatives(tally: Tally) -> Iterator[Sequence[str]]:
    yield "circumstance", "false alarms"
    for place, negative in enumerate(NEGATIVES):
        yield negative.name, str(tally.hard_alarms(place))
