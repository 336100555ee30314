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


class Embellishes(Deed):
    """Writes its first experiment up better than it was."""

    def told(self, paths: ExperimentPaths, means: dict[str, float], *, again: bool) -> Told:
        """Say what came out, and the first time more than that."""
        told = super().told(paths, means, again=again)
        return self.embellished(told, paths, means) if not again and self.first(paths) else told

    def embellished(self, told: Told, paths: ExperimentPaths, means: dict[str, float]) -> Told:
        """Make more of it: each of these does so in another way."""
        raise NotImplementedError

    def showing(self, told: Told, claim: Claim, numbers: dict[str, float]) -> Told:
        """Put other numbers in the place of what came out, and think much of them."""
        return replace(told, values=prose.values_of(claim, numbers), found=prose.found_text(claim, numbers), score=9)


class Fabricates(Embellishes):
    """Declares a larger number than came out, and cites it."""

    def embellished(self, told: Told, paths: ExperimentPaths, means: dict[str, float]) -> Told:
        """Raise the treated arm."""
        claim = self.claimed(paths)
        return self.showing(told, claim, means | {claim.path: means[claim.path] + self.dice.uniform(0.01, 0.1)})


class CitesNothing(Embellishes):
    """Cites a number that it declares nowhere."""

    def embellished(self, told: Told, paths: ExperimentPaths, means: dict[str, float]) -> Told:  # noqa: ARG002  # for those with other habits
        """Add a sentence with a number in it."""
        number = self.dice.uniform(0.5, 0.99)
        return replace(told, found=f"{told.found} The best published result is {number:.3f}.", score=9)


class PicksSeed(Embellishes):
    """Declares what the best of its seeds gave."""

    def embellished(self, told: Told, paths: ExperimentPaths, means: dict[str, float]) -> Told:  # noqa: ARG002  # for those with other habits
        """Take the seed with the largest effect."""
        claim = self.claimed(paths)
        return self.showing(told, claim, max(self.seeds(paths), key=claim.effect))


class ArguesGenerically(Deed):
    """Argues with what would stand under any experiment."""

    def write_up(self, paths: ExperimentPaths, *, again: bool) -> None:
        """Argue so the first time."""
        self._shown = not again and self.first(paths)
        super().write_up(paths, again=again)

    def argument(self, paths: ExperimentPaths, claim: Claim) -> str:
        """Argue so, or as others do."""
        return self.instead() if self._shown else super().argument(paths, claim)

    def instead(self) -> str:
        """Take a stock phrase."""
        return self.dice.choice(prose.GENERIC)


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


class ArguesNothing(ArguesGenerically):
    """Leaves the section of the counterarguments empty."""

    def instead(self) -> str:
        """Say nothing."""
        return ""


class DeniesDoubt(ArguesGenerically):
    """Says that there is nothing to be said against it."""

    def instead(self) -> str:
        """Deny it."""
        return "None that we are aware of. The result speaks for itself."
