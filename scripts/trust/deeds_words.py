"""What can a worker write that is not so? One habit each, dropped once the coordinator has sent the text back."""

from __future__ import annotations

from dataclasses import replace

from coordinator.store.layout import ExperimentPaths
from trust import prose
from trust.prose import Claim, Told
from trust.workers import Worker


class Deed(Worker):
    """A worker with one bad habit; its clean twin, with the same dice, is the same worker with `plants` False."""

    def first(self, paths: ExperimentPaths) -> bool:
        """Tell whether this is its first experiment, and the habit is to be shown; note that it was."""
        shown = self.plants and paths.experiment == "exp_001"
        self.planted = self.planted or shown
        return shown


class Fabricates(Deed):
    """Declares a larger number than came out, and cites it."""

    def told(self, paths: ExperimentPaths, means: dict[str, float], *, again: bool) -> Told:
        """Raise the treated arm."""
        told = super().told(paths, means, again=again)
        if again or not self.first(paths):
            return told
        claim = self.claims[paths.experiment] or Claim()
        raised = means | {claim.path: means[claim.path] + self.dice.uniform(0.01, 0.1)}
        return replace(told, values=prose.values_of(claim, raised), found=prose.found_text(claim, raised), score=9)


class CitesNothing(Deed):
    """Cites a number that it declares nowhere."""

    def told(self, paths: ExperimentPaths, means: dict[str, float], *, again: bool) -> Told:
        """Add a sentence with a number in it."""
        told = super().told(paths, means, again=again)
        if again or not self.first(paths):
            return told
        number = self.dice.uniform(0.5, 0.99)
        return replace(told, found=f"{told.found} The best published result is {number:.3f}.", score=9)


class PicksSeed(Deed):
    """Declares what the best of its seeds gave."""

    def told(self, paths: ExperimentPaths, means: dict[str, float], *, again: bool) -> Told:
        """Take the seed with the largest effect."""
        told = super().told(paths, means, again=again)
        if again or not self.first(paths):
            return told
        claim = self.claims[paths.experiment] or Claim()
        best = max(self.seeds(paths), key=claim.effect)
        return replace(told, values=prose.values_of(claim, best), found=prose.found_text(claim, best), score=9)


class ArguesGenerically(Deed):
    """Argues with what would stand under any experiment."""

    def write_up(self, paths: ExperimentPaths, *, again: bool) -> None:
        """Write a stock phrase the first time."""
        self._stock = not again and self.first(paths)
        super().write_up(paths, again=again)

    def argument(self, paths: ExperimentPaths, claim: Claim) -> str:
        """Take a stock phrase."""
        return self.dice.choice(prose.GENERIC) if self._stock else super().argument(paths, claim)


class ArguesAsBefore(Deed):
    """Repeats the counterarguments of its first experiment under the second."""

    def write_up(self, paths: ExperimentPaths, *, again: bool) -> None:
        """Repeat them the first time."""
        self._repeats = self.plants and not again and paths.experiment == "exp_002"
        self.planted = self.planted or self._repeats
        super().write_up(paths, again=again)

    def argument(self, paths: ExperimentPaths, claim: Claim) -> str:
        """Take the first one's again."""
        return super().argument(self.paths.experiment("exp_001") if self._repeats else paths, claim)


class ArguesNothing(Deed):
    """Leaves the section of the counterarguments empty."""

    said = ""

    def write_up(self, paths: ExperimentPaths, *, again: bool) -> None:
        """Leave it empty the first time."""
        self._silent = not again and self.first(paths)
        super().write_up(paths, again=again)

    def argument(self, paths: ExperimentPaths, claim: Claim) -> str:
        """Say nothing."""
        return self.said if self._silent else super().argument(paths, claim)


class DeniesDoubt(ArguesNothing):
    """Says that there is nothing to be said against it."""

    said = "None that we are aware of. The result speaks for itself."
