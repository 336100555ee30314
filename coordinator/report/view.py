"""What do the views of a finished (or running) campaign need to know? Everything in one frozen value.

The caller derives it from the ledger and the sealed outputs; nothing in this room reads a file or rules on
anything. The same view gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from coordinator.model.direction import Direction
from coordinator.model.entry import TamperingSeen
from coordinator.model.finding import Evidence, Finding
from coordinator.model.protection import Protection
from coordinator.model.settings import Budget, Settings, Significance

HARMLESS = frozenset({"numbering_gap"})
"""Codes that are shown with tampering and cast no doubt: a worker may simply have skipped a number."""


@dataclass(frozen=True, slots=True)
class RunView:
    """One run, as its report shows it.

    Args:
        run: id.
        started: when, UTC.
        ended: when the last direction ended, UTC; None makes the report an interim one.
        settings: frozen with the run.
        directions: as frozen with the run, for their own budgets and bars.
        findings: one per direction, in the order of the directions; the family that Holm corrected over.
        workers: direction -> folder of its worker, relative to findings.md (`../20261123_143022-a`).
        guards: every guard that was in force while experiments ran; empty if none ran.
        kept: guard -> what every experiment under it was kept from, as its records say.
        limits: by what means experiments were held to their limits, every one that their records name.
        tampering: every tampering seen, oldest first.
        unchecked: what was not checked in this run or on this machine, one sentence each.
        papers: direction -> ids of the papers that its plans draw on.
        facts: further lines of the front matter, for example digests and the head of the ledger; no clock.
    """

    run: str
    started: datetime
    ended: datetime | None
    settings: Settings
    directions: tuple[Direction, ...]
    findings: tuple[Finding, ...]
    workers: Mapping[str, str]
    guards: tuple[str, ...] = ()
    kept: Mapping[str, tuple[Protection, ...]] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    tampering: tuple[TamperingSeen, ...] = ()
    unchecked: tuple[str, ...] = ()
    papers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, str | int] = field(default_factory=dict)

    def bar(self, direction: str) -> Significance:
        """Give the bar that governed a direction; the run's where the direction is unknown."""
        asked = self._asked(direction)
        return asked.significance_under(self.settings) if asked else self.settings.significance

    def budget(self, direction: str) -> Budget:
        """Give the budget that governed a direction; the run's where the direction is unknown."""
        asked = self._asked(direction)
        return asked.budget_under(self.settings) if asked else self.settings.budget

    def link(self, direction: str, experiment: str) -> str:
        """Give the folder of an experiment, relative to findings.md; empty where the worker has none."""
        folder = self.workers.get(direction, "")
        return quote(f"{folder}/experiments/{experiment}/") if folder else ""

    def tampered(self, direction: str) -> tuple[TamperingSeen, ...]:
        """Give the tampering that concerns one direction."""
        return tuple(seen for seen in self.tampering if seen.direction == direction)

    def suspect(self, direction: str) -> bool:
        """Tell whether tampering concerns a direction, or the run that it belongs to."""
        return any(seen.direction in {None, direction} and seen.code not in HARMLESS for seen in self.tampering)

    def _asked(self, direction: str) -> Direction | None:
        return next((asked for asked in self.directions if asked.id == direction), None)


def best(finding: Finding) -> Evidence | None:
    """Give the experiment that a finding rests on, or the best of its direction; None without one."""
    return next((shown for shown in finding.experiments if shown.experiment == finding.experiment), None)
