"""Worlds that tests build: a direction's story told step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from clocks import START, Clock
from specimens import DIRECTION, EFFECT, GOOD_ARGUMENT, code, gains, plan, section, summary

from coordinator.model.direction import Direction
from coordinator.model.entry import (
    DirectionEnded,
    Entry,
    ExperimentEnded,
    ExperimentStarted,
    FirstReport,
    InstructionGiven,
    RunStarted,
    VerdictGiven,
)
from coordinator.model.experiment import ExperimentPlan, Prediction, Summary
from coordinator.model.history import Memory
from coordinator.model.instruction import Action, BudgetLeft, Ending
from coordinator.model.observation import CodeFacts, ExperimentView, Observation, WorkerView
from coordinator.model.plan import Plan, Step
from coordinator.model.problem import Parsed, Problem
from coordinator.model.record import Execution, Outcome, Phase, ProcessRecord, Record
from coordinator.model.report import Report
from coordinator.model.settings import Settings
from coordinator.rules.history import remember

__all__ = [
    "DIRECTION",
    "EFFECT",
    "GOOD_ARGUMENT",
    "START",
    "Clock",
    "Story",
    "code",
    "gains",
    "plan",
    "section",
    "summary",
]


class Story:
    """One direction's ledger and folder, told step by step; every step returns the story."""

    def __init__(self, direction: Direction = DIRECTION, **settings: object) -> None:
        self.clock = Clock()
        self.direction = direction
        self.settings = Settings(**settings)
        self.entries: list[Entry] = []
        self.views: dict[str, ExperimentView] = {}
        self.executions: dict[str, list[Execution]] = {}
        self.report: Parsed[Report] | None = None
        self.report_sha256 = ""
        self.last_sign: datetime | None = None
        self.settled = True
        self.altered: tuple[Problem, ...] = ()
        self.papers: tuple[str, ...] = ()
        self.inbox_sha256: str | None = None
        sha = "0" * 64
        self.note(
            RunStarted(
                run="20260301_220000",
                directions=(direction.id,),
                frozen_sha256=sha,
                config_sha256=sha,
                directions_sha256=sha,
                rubric_sha256=sha,
            )
        )

    @property
    def memory(self) -> Memory:
        """What the ledger says so far."""
        return remember(self.entries)

    def note(self, fact: object) -> int:
        """Append a fact to the ledger; give its number."""
        number = len(self.entries) + 1
        self.entries.append(Entry(number, self.clock.now, fact, "", ""))
        self.clock.jump(seconds=1)
        return number

    def told(self, action: Action, about: str | None = None, *, reasons: Sequence[str] = (), sha: str = "") -> Story:
        """Give the next instruction."""
        given = [entry for entry in self.entries if isinstance(entry.fact, InstructionGiven)]
        self.note(
            InstructionGiven(
                direction=self.direction.id,
                instruction=len(given) + 1,
                action=action,
                about=about,
                reasons=tuple(reasons),
                budget=BudgetLeft(experiments_left=1),
                report_sha256=sha,
                text=f"{action} {about}",
            )
        )
        return self

    def ran(
        self,
        name: str,
        metrics: Sequence[Mapping[str, float] | None] | None = None,
        *,
        planned: ExperimentPlan | None = None,
        says: Summary | Parsed[Summary] | str | None = "good",
        by: CodeFacts | None = None,
        outcome: Outcome = Outcome.COMPLETED,
        unfinished: bool = False,
        minutes: float = 0,
    ) -> Story:
        """Run an experiment under the executor's eyes and put its folder there."""
        metrics = gains(EFFECT) if metrics is None else metrics
        by = by or code(name, "a", "b", "c", name + "x", name + "y")
        sha = f"{len(self.entries):064x}"
        planned = planned or plan(name)
        fact = self._started(name, Phase.EXPLORE, metrics, (sha, by.sha256), predicted=planned.prediction)
        self.clock.jump(minutes=minutes)
        if not unfinished:
            self._ended(name, fact, metrics, outcome, (sha, by.sha256))
        said = Parsed(summary(name)) if says == "good" else says
        if isinstance(said, Summary):
            said = Parsed(said)
        self._view(name, Parsed(planned), sha, said, by)
        return self

    def confirmed(
        self,
        name: str,
        metrics: Sequence[Mapping[str, float] | None],
        attempt: int = 1,
        placebo: Sequence[Mapping[str, float] | None] = (),
    ) -> Story:
        """Confirm an experiment on fresh seeds, and on some with permuted labels."""
        view = self.views[name]
        digests = (view.plan_sha256, view.code.sha256)
        fact = self._started(name, Phase.CONFIRM, metrics, digests, attempt, placebo=len(placebo))
        self._ended(name, fact, metrics, Outcome.COMPLETED, digests, attempt=attempt, placebo=placebo)
        self._view(name, view.plan, view.plan_sha256, view.summary, view.code)
        return self

    def finished(self, name: str, metrics: Sequence[Mapping[str, float] | None]) -> Story:
        """End what was left unfinished."""
        view = self.views[name]
        in_flight = self.memory.histories[self.direction.id].in_flight
        start = next(one for one in in_flight if one.fact.experiment == name)
        outcome = Outcome.FAILED if None in metrics else Outcome.COMPLETED
        sealed = (start.fact.plan_sha256, start.fact.code_sha256)
        self._ended(name, start.n, metrics, outcome, sealed, attempt=start.fact.attempt)
        self._view(name, view.plan, view.plan_sha256, view.summary, view.code)
        return self

    def gpu(self, name: str, seconds: float) -> Story:
        """Let the last end of an experiment say that it held a GPU."""
        ended = [entry for entry in self.entries if isinstance(entry.fact, ExperimentEnded)]
        last = next(entry for entry in reversed(ended) if entry.fact.experiment == name)
        fact = last.fact.model_copy(update={"gpu_seconds": seconds})
        self.entries[last.n - 1] = replace(last, fact=fact)
        return self

    def wrote(self, name: str, **fields: object) -> Story:
        """Put an experiment's folder there without running it."""
        folder = self._folder(name)
        given = {"plan": Parsed(plan(name)), "plan_sha256": "1" * 64, "summary": None, "code": code(name)}
        self.views[name] = ExperimentView(**{**folder, "record": None, "queued": False, **given, **fields})
        return self

    def changed(self, name: str, **fields: object) -> Story:
        """Change something in an experiment's folder."""
        before = self.views[name]
        kept = {field: getattr(before, field) for field in ExperimentView.__slots__}
        self.views[name] = ExperimentView(**{**kept, **fields})
        return self

    def deleted(self, name: str) -> Story:
        """Delete an experiment's folder; what the run's own folder has of it stays."""
        gone = {"plan": None, "plan_sha256": "", "summary": None, "summary_sha256": "", "code": None, "gone": True}
        return self.changed(name, **gone)

    def says(self, state: str = "waiting", answered: int | None = None) -> Story:
        """Report; by default that the instruction in force is answered."""
        given = [entry.fact.instruction for entry in self.entries if isinstance(entry.fact, InstructionGiven)]
        number = max(given, default=0) if answered is None else answered
        self.report = Parsed(Report(direction=self.direction.id, state=state, answered=number))
        self.report_sha256 = f"{len(self.entries):064x}"
        self.last_sign = self.clock.now
        if self.memory.histories[self.direction.id].first_report is None:
            self.note(FirstReport(direction=self.direction.id))
        return self

    def scrawls(self, sha: str = "bad") -> Story:
        """Report what cannot be read."""
        problem = Problem("runs/r-d/status.md", 3, "bad_value", "answered: expected a whole number, got 'x'", "mend")
        self.report = Parsed(None, (problem,))
        self.report_sha256 = sha
        self.last_sign = self.clock.now
        return self

    def judged(self) -> Story:
        """Carry out the present plan: note its facts, render its steps."""
        return self.apply(self.decide())

    def apply(self, decided: Plan) -> Story:
        """Note the facts of a plan, as the shell would."""
        for act in decided.acts:
            if isinstance(act, Step):
                fields = act.instruction.model_dump()
                text = f"{fields}"
                self.note(
                    InstructionGiven(**fields, answering=act.answering, report_sha256=act.report_sha256, text=text)
                )
            else:
                self.note(act)
        return self

    def ended(self, ending: Ending = Ending.EXHAUSTED) -> Story:
        """Close the direction."""
        self.note(DirectionEnded(direction=self.direction.id, ending=ending))
        return self

    def ruled(self, name: str) -> VerdictGiven | None:
        """Give the verdict that the ledger has on an experiment."""
        return self.memory.histories[self.direction.id].verdicts.get(name)

    def decide(self) -> Plan:
        """Give the plan that follows."""
        from coordinator.rules.reconcile import reconcile

        return reconcile(self.observation())

    def view(self) -> WorkerView:
        """Give the worker's folder."""
        last = self.memory.histories[self.direction.id].last
        sha = last.sha256 if last else ""
        return WorkerView(
            direction=self.direction,
            path="runs/20260301_220000-threshold_tuning",
            report_path="runs/20260301_220000-threshold_tuning/status.md",
            report=self.report,
            report_sha256=self.report_sha256,
            inbox_sha256=sha if self.inbox_sha256 is None else self.inbox_sha256,
            experiments=tuple(self.views[name] for name in sorted(self.views)),
            last_sign=self.last_sign,
            settled=self.settled,
            papers=self.papers,
        )

    def observation(self, **fields: object) -> Observation:
        """Give everything that a pass would see."""
        return Observation(
            now=self.clock.now,
            run="20260301_220000",
            settings=self.settings,
            memory=self.memory,
            workers={self.direction.id: self.view()},
            altered=self.altered,
            **fields,
        )

    def _started(
        self,
        name: str,
        phase: Phase,
        metrics: Sequence[object],
        digests: tuple[str, str],
        attempt: int = 1,
        *,
        predicted: Prediction | None = None,
        placebo: int = 0,
    ) -> int:
        return self.note(
            ExperimentStarted(
                direction=self.direction.id,
                experiment=name,
                phase=phase,
                attempt=attempt,
                request=f"r{len(self.entries)}",
                seeds=tuple(range(len(metrics))),
                plan_sha256=digests[0],
                code_sha256=digests[1],
                target_sha256="0" * 64,
                reserved_seconds=300.0 * len(metrics),
                prediction=predicted,
                placebo=tuple(range(len(metrics), len(metrics) + placebo)),
            )
        )

    def _ended(
        self,
        name: str,
        start: int,
        metrics: Sequence[Mapping[str, float] | None],
        outcome: Outcome,
        digests: tuple[str, str],
        *,
        attempt: int = 1,
        placebo: Sequence[Mapping[str, float] | None] = (),
    ) -> None:
        started = self.entries[start - 1].fact
        failed = Outcome.FAILED if outcome is Outcome.COMPLETED else outcome
        processes = [
            ProcessRecord(
                seed=seed,
                outcome=Outcome.COMPLETED if numbers is not None else failed,
                detail="" if numbers is not None else "exit code 1",
                started_at=self.clock.now,
                wall_seconds=1.0,
                cpu_seconds=0.5,
                exit_code=0 if numbers is not None else 1,
                metrics=dict(numbers or {}),
            )
            for seed, numbers in zip((*started.seeds, *started.placebo), (*metrics, *placebo), strict=True)
        ]
        execution = Execution(
            start=start,
            phase=started.phase,
            attempt=attempt,
            finished=True,
            outcome=outcome,
            seeds=started.seeds,
            plan_sha256=digests[0],
            code_sha256=digests[1],
            code={"experiment.py": "0" * 64},
            target_sha256="0" * 64,
            time_limit_seconds=300,
            guard="manifest",
            engine="local",
            python="3.11",
            processes=tuple(processes[: len(metrics)]),
            placebo=tuple(processes[len(metrics) :]),
        )
        self.executions.setdefault(name, []).append(execution)
        self.note(
            ExperimentEnded(
                direction=self.direction.id,
                experiment=name,
                phase=started.phase,
                start=start,
                outcome=outcome,
                execution_sha256=f"{start:064x}",
                wall_seconds=1.0,
                cpu_seconds=0.5 * len(metrics),
            )
        )

    def _view(
        self,
        name: str,
        planned: Parsed[ExperimentPlan] | None,
        sha: str,
        said: Parsed[Summary] | None,
        by: CodeFacts | None,
    ) -> None:
        executions = tuple(self.executions.get(name, ()))
        self.views[name] = ExperimentView(
            **self._folder(name),
            plan=planned,
            plan_sha256=sha,
            summary=said,
            code=by,
            record=Record(direction=self.direction.id, experiment=name, executions=executions),
            queued=False,
            execution_sha256={one.start: f"{one.start:064x}" for one in executions},
        )

    def _folder(self, name: str) -> dict[str, str]:
        folder = f"runs/20260301_220000-threshold_tuning/experiments/{name}"
        return {
            "name": name,
            "path": folder,
            "plan_path": f"{folder}/plan.md",
            "code_path": f"{folder}/experiment.py",
            "summary_path": f"{folder}/summary.md",
        }
