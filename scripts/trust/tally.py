"""How often was it so, and how sure is that? Counts over all campaigns, with exact bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from scipy.special import betaincinv

from trust.campaign import Played
from trust.catalogue import KINDS
from trust.judges import Judged

CONFIDENCE = 0.95
Believes = Callable[[Judged], bool]
"""Who believes that there is something in a direction?"""


@dataclass(frozen=True)
class Share:
    """How many of how many.

    Args:
        k: that were so.
        n: in all.
    """

    k: int
    n: int

    @classmethod
    def of(cls, found: Iterable[bool]) -> Share:
        """Count what is so."""
        every = list(found)
        return cls(sum(every), len(every))

    @property
    def rate(self) -> float:
        """Give the share; 0 of nothing is 0."""
        return self.k / self.n if self.n else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Give the exact two-sided interval.

        Source:
            Clopper and Pearson (1934), The use of confidence or fiducial limits illustrated in the case of the
            binomial, Biometrika 26.
        """
        tail = (1 - CONFIDENCE) / 2
        low = float(betaincinv(self.k, self.n - self.k + 1, tail)) if self.k else 0.0
        high = float(betaincinv(self.k + 1, self.n - self.k, 1 - tail)) if self.k < self.n else 1.0
        return low, high

    def __str__(self) -> str:
        """Give it as `19/20, 95 % (75 to 100)`."""
        low, high = self.bounds
        return f"{self.k}/{self.n}, {100 * self.rate:.1f} % ({100 * low:.1f} to {100 * high:.1f})"

    @property
    def short(self) -> str:
        """Give it in percent alone."""
        return f"{100 * self.rate:.0f} %"


@dataclass(frozen=True)
class Tally:
    """Everything that was counted.

    Args:
        played: every campaign.
    """

    played: tuple[Played, ...]

    def group(self, name: str) -> tuple[Played, ...]:
        """Give the campaigns of one group."""
        return tuple(one for one in self.played if one.task.group == name)

    # campaigns without and with effects

    def false_campaigns(self, believes: Believes) -> Share:
        """Count the null campaigns with at least one finding."""
        return Share.of(any(map(believes, one.judged)) for one in self.group("null"))

    def false_directions(self, believes: Believes) -> Share:
        """Count the questions without an effect that have a finding, in null campaigns."""
        return Share.of(believes(each) for one in self.group("null") for each in one.judged)

    def power(self, believes: Believes) -> Share:
        """Count the true effects that are found."""
        return Share.of(
            believes(each)
            for one in self.group("power")
            for each, truth in zip(one.judged, one.truths, strict=True)
            if truth
        )

    # defects

    def recall(self, kinds: Iterable[int]) -> Share:
        """Count the defects that were named, over some kinds."""
        return Share.of(one.named for one in self._of("defect", kinds))

    def finding(self, kinds: Iterable[int]) -> Share:
        """Count the defective campaigns that ended with a finding."""
        return Share.of(one.judged[0].found for one in self._of("defect", kinds))

    def caught(self, baseline: int, kinds: Iterable[int]) -> Share:
        """Count the defective campaigns that a simple rule does not believe."""
        return Share.of(not one.judged[0].believed[baseline] for one in self._of("defect", kinds))

    def twin_alarms(self, kinds: Iterable[int]) -> Share:
        """Count the clean twins in which somebody was accused."""
        return Share.of(bool(one.alarms) for one in self._of("twin", kinds))

    def clean_alarms(self) -> Share:
        """Count all clean twins in which somebody was accused."""
        return Share.of(bool(one.alarms) for one in self.group("twin"))

    def doubted(self, baseline: int) -> Share:
        """Count the clean twins with an effect that a simple rule does not believe."""
        clean = [one for one in self.group("twin") if one.truths[0]]
        return Share.of(not one.judged[0].believed[baseline] for one in clean)

    def hard_alarms(self, kind: int | None = None) -> Share:
        """Count the hard negatives in which somebody was accused."""
        return Share.of(bool(one.alarms) for one in self.group("hard") if kind in {None, one.task.kind})

    def _of(self, group: str, kinds: Iterable[int]) -> tuple[Played, ...]:
        wanted = set(kinds)
        return tuple(one for one in self.group(group) if one.task.kind in wanted)


def places() -> dict[int, tuple[list[int], list[int]]]:
    """Give, by class, the places in the catalogue that must be named, and those that are known to be missed."""
    found: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for place, kind in enumerate(KINDS):
        found[kind.number][bool(kind.miss)].append(place)
    return dict(found)
