"""Who runs the simulated experiments? Nobody: a small executor that seals and notes as the real one does.

Claims, seals and records are the real ones; only the processes between a start and its end are made up, from a
comment in the sealed code.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

from simulation.world import World

from coordinator.errors import MachineError
from coordinator.experiments import open_run, records, requests
from coordinator.experiments.claim import claim
from coordinator.experiments.open_run import OpenRun
from coordinator.experiments.order import Order, interrupted
from coordinator.experiments.seal import read_sealed
from coordinator.model.entry import ExperimentEnded
from coordinator.model.record import Execution, Outcome, ProcessRecord
from coordinator.store.layout import METRICS_NAME
from coordinator.store.tree import make_folder
from coordinator.store.write import write
from coordinator.text import canonical

EFFECT = re.compile(rb"^# effect: (-?[0-9.]+)$", re.MULTILINE)
"""What an experiment's code says that it would measure; without it, it fails."""


class FakeExecutor:
    """Carries out what is handed over in the open run.

    Args:
        world: where it works.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._known: OpenRun | None = None
        self.measured: dict[tuple[str, str | None], list[float]] = {}
        """Direction and experiment -> what each of its executions measured: the truth, whatever anybody wrote."""

    def step(self) -> None:
        """End what was started before this moment, and start what is handed over."""
        workspace = self._world.workspace
        self._known = run = open_run.find(workspace, self._world.state, self._known)
        if run is None or not run.is_in_place:
            return
        started = {entry.n: entry.at for entry in run.ledger.read()}
        for order in list(interrupted(run)):
            if started[order.n] < self._world.clock():  # a step that is repeated after a crash ends nothing sooner
                self._end(order)
        for direction in run.frozen.directions:
            for handed in list(requests.waiting(workspace, workspace.worker(run.frozen.run, direction.id))):
                claim(run, handed, lambda: "0" * 64, self._world.clock())

    def _end(self, order: Order) -> None:
        execution = self._execution(order)
        records.update(self._world.workspace, order.paths, order.run.ledger.read(), [execution])
        assert execution.outcome is not None
        ended = ExperimentEnded(
            direction=order.start.direction,
            experiment=order.start.experiment,
            phase=order.start.phase,
            start=order.n,
            outcome=execution.outcome,
            execution_sha256=canonical.digest_of(execution),
            wall_seconds=2.0,
            cpu_seconds=1.0,
        )
        order.run.ledger.append([ended], self._world.clock())

    def _execution(self, order: Order) -> Execution:
        workspace = self._world.workspace
        sealed = read_sealed(workspace.root, workspace.relative(order.copy)).value
        start = order.start
        intact = sealed is not None and (sealed.plan_sha256, sealed.code_sha256) == (
            start.plan_sha256,
            start.code_sha256,
        )
        code = dict(sealed.files) if sealed and intact else {}
        said = EFFECT.search(code.get("experiment.py", b""))
        effect = float(said.group(1)) if said else None
        self.measured.setdefault((start.direction, start.experiment), []).append(effect or 0.0)
        processes = tuple(self._process(order.paths.seed(start.phase, seed), seed, effect) for seed in start.seeds)
        return Execution(
            start=order.n,
            phase=start.phase,
            attempt=start.attempt,
            finished=True,
            outcome=processes[0].outcome,
            seeds=start.seeds,
            plan_sha256=start.plan_sha256,
            code_sha256=start.code_sha256,
            code=sealed.digests if sealed else {},
            target_sha256=start.target_sha256,
            time_limit_seconds=order.time_limit,
            guard="none, it is simulated",
            engine="simulated",
            python="3.11",
            processes=processes,
        )

    def _process(self, folder: Path, seed: int, effect: float | None) -> ProcessRecord:
        chance = seed % 17 / 10_000
        metrics = {} if effect is None else {"f1_default": 0.02, "f1_tuned": round(0.02 + effect + chance, 6)}
        return ProcessRecord(
            seed=seed,
            outcome=Outcome.COMPLETED if metrics else Outcome.FAILED,
            detail="" if metrics else "exit code 1",
            started_at=self._world.clock(),
            wall_seconds=1.0,
            cpu_seconds=0.5,
            exit_code=0 if metrics else 1,
            outputs=self._output(folder, metrics) if metrics else {},
            metrics=metrics,
        )

    def _output(self, folder: Path, metrics: dict[str, float]) -> dict[str, str]:
        """Write what an experiment would have written, where nothing is in the way."""
        data = json.dumps(metrics).encode()
        with suppress(MachineError):
            make_folder(folder, beneath=self._world.workspace.root)
            write(folder / METRICS_NAME, data, beneath=self._world.workspace.root)
        return {METRICS_NAME: canonical.sha256(data)}
