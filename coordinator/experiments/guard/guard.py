"""What guards one run's experiments: what holds them in their place, and what is compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from coordinator.experiments.engines import Job
from coordinator.experiments.guard.hold import Ability
from coordinator.experiments.guard.place import place_of
from coordinator.experiments.guard.scratch import Scratch
from coordinator.experiments.guard.watch import ChangedError, Entries, Watch, said
from coordinator.experiments.open_run import OpenRun
from coordinator.experiments.order import Order
from coordinator.model.protection import Protection

PUT_BACK = "put it back as it was when the run began, or start a new run: no experiment starts until then"


@dataclass(frozen=True, slots=True)
class Guard:
    """Everything that guards the experiments of one run.

    Args:
        run: the run.
        ability: what holds them, as tried on this machine.
        watch: compares the target and what the user named.
        baseline: how that was when the run began; None where nobody noted it.
        scratch: makes their temporary folders.
    """

    run: OpenRun
    ability: Ability
    watch: Watch
    baseline: Entries | None
    scratch: Scratch

    @property
    def name(self) -> str:
        """The word that records carry: the strongest means in force."""
        return self.ability.hold.name or ("manifest" if self.watch.watches else "none")

    @property
    def enforced(self) -> tuple[Protection, ...]:
        """What is enforced of every experiment."""
        settings = self.run.frozen.settings
        watched = () if settings.allow_research_target_writes else (Protection.TARGET,)
        return watched + self.ability.enforces(network=settings.experiment_network == "allow")

    def ready(self) -> str:
        """Give the digest of the target as it is now.

        Raises:
            ChangedError: something is not as it was when the run began.
            MachineError: the target cannot be read.
        """
        mark = self.watch.mark()
        changed = () if self.baseline is None else self.watch.differences(self.baseline, mark)
        if changed:
            raise ChangedError(said(changed), path=str(self.run.target), hint=PUT_BACK)
        return self.watch.look()

    def over(self, job: Job, order: Order, scratch: tuple[Path, ...]) -> Job:
        """Give a job as it is run in its place: writing to its own outputs and temporary folders only."""
        spared = (self.run.target,) if self.run.frozen.settings.allow_research_target_writes else ()
        return self.ability.hold.over(job, place_of(order, self.run.state, (job.folder, *scratch, *spared)))
