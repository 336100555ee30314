"""What did one process leave behind, and how did it end? The record of one seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from coordinator.experiments import outputs
from coordinator.experiments.engines import Ended, Limits, usage
from coordinator.experiments.guard.watch import said
from coordinator.model.problem import Problem
from coordinator.model.record import Outcome, ProcessRecord
from coordinator.store.layout import METRICS_NAME, Workspace
from coordinator.store.read import Content, read
from coordinator.text import canonical, metrics

DETAIL_CHARACTERS = 300
"""Of what went wrong, in the record: it quotes what the experiment printed."""

_SEVERITY = (
    Outcome.COMPLETED,
    Outcome.NO_METRICS,
    Outcome.BAD_METRICS,
    Outcome.FAILED,
    Outcome.OUTPUTS_LIMIT,
    Outcome.MEMORY_LIMIT,
    Outcome.PROCESS_LIMIT,
    Outcome.COMPUTE_LIMIT,
    Outcome.TIMED_OUT,
    Outcome.TARGET_CHANGED,
)
"""From good to worst: what voids the whole execution is worse than what spoils one seed."""


_BY_LIMIT = {
    "time": Outcome.TIMED_OUT,
    usage.MEMORY: Outcome.MEMORY_LIMIT,
    usage.OUTPUTS: Outcome.OUTPUTS_LIMIT,
    usage.PROCESSES: Outcome.PROCESS_LIMIT,
    usage.COMPUTE: Outcome.COMPUTE_LIMIT,
    usage.GPU: Outcome.COMPUTE_LIMIT,
}

_REFUSED = (
    (Outcome.MEMORY_LIMIT, "memory_mb", ("MemoryError", "bad_alloc", "Cannot allocate memory", "Unable to allocate")),
    (Outcome.OUTPUTS_LIMIT, "outputs_mb", ("File too large",)),
)
"""What a process says whose request the kernel refused for a limit of ours. Believed, since it gains nothing by
saying so: it failed either way."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One process that was started.

    Args:
        seed: what its randomness was taken from.
        folder: where it wrote.
        started_at: UTC.
        limits: what its tree might use.
    """

    seed: int
    folder: Path
    started_at: datetime
    limits: Limits = field(default_factory=Limits)


def worst(found: list[Outcome]) -> Outcome:
    """Give the worst of some outcomes; there is at least one."""
    return max(found, key=_SEVERITY.index)


def witness(workspace: Workspace, taken: Taken, ended: Ended, changed: tuple[str, ...]) -> ProcessRecord:
    """Record one process that has ended.

    Args:
        workspace: where its outputs lie.
        taken: the process.
        ended: how it ended.
        changed: what it changed of the target, or somebody else did meanwhile.
    """
    found = outputs.digests(workspace, taken.folder)
    numbers = _numbers(workspace, taken.folder, found)
    outcome, detail = _judge(workspace, taken, ended, numbers)
    if isinstance(found, Problem) and not ended.limit:
        outcome, detail = Outcome.FAILED, f"its outputs cannot be sealed: {found.message}"
    if changed:
        outcome, detail = Outcome.TARGET_CHANGED, said(changed)
    return ProcessRecord(
        seed=taken.seed,
        outcome=outcome,
        detail=_one_line(detail),
        started_at=taken.started_at,
        wall_seconds=ended.wall_seconds,
        cpu_seconds=ended.cpu_seconds,
        gpu_seconds=ended.gpu_seconds,
        peak_memory_mb=ended.peak_memory_mb,
        exit_code=ended.exit_code,
        outputs={} if isinstance(found, Problem) else found,
        metrics=numbers if outcome is Outcome.COMPLETED and isinstance(numbers, dict) else {},
    )


def not_started(taken: Taken, detail: str) -> ProcessRecord:
    """Record a process that could not be started: it counts as one that failed."""
    return ProcessRecord(
        seed=taken.seed,
        outcome=Outcome.FAILED,
        detail=_one_line(detail),
        started_at=taken.started_at,
        wall_seconds=0.0,
    )


def _numbers(workspace: Workspace, folder: Path, found: dict[str, str] | Problem) -> dict[str, float] | Problem | None:
    """Read metrics.json; its digest among `found` is made that of the bytes that were read."""
    path = f"{workspace.relative(folder)}/{METRICS_NAME}"
    content = read(workspace.root, path, metrics.MAX_BYTES)
    if not isinstance(content, Content):
        return content
    if isinstance(found, dict):
        found[METRICS_NAME] = canonical.sha256(content.data)
    parsed = metrics.parse(content.data, path)
    return parsed.problems[0] if parsed.value is None else parsed.value


def _judge(
    workspace: Workspace, taken: Taken, ended: Ended, left: dict[str, float] | Problem | None
) -> tuple[Outcome, str]:
    """Tell outcome and detail from the end of the process and from what it left; the target aside."""
    if ended.limit:
        return _BY_LIMIT[ended.limit], _over(ended, taken.limits)
    if ended.exit_code is None or ended.exit_code != 0 or ended.detail:
        complaint = ended.detail or _complaint(workspace, taken.folder, ended.exit_code or 0)
        return _blamed(complaint, taken.limits), complaint
    if left is None:
        return Outcome.NO_METRICS, f"there is no {METRICS_NAME} in AUTORESEARCH_OUTPUTS"
    if isinstance(left, Problem):
        return Outcome.BAD_METRICS, f"{left.code}: {left.message}"
    return Outcome.COMPLETED, ""


def _over(ended: Ended, limits: Limits) -> str:
    """Say which limit was met, and when."""
    after = f"killed after {ended.wall_seconds:.1f} s" if ended.exit_code else f"ended after {ended.wall_seconds:.1f} s"
    said = {
        "time": after,
        usage.MEMORY: f"{after}: it and what it started held more than {_mib(limits.memory_mb)}",
        usage.OUTPUTS: f"{after}: its outputs are more than {_mib(limits.outputs_mb)}, or {usage.MAX_FILES} files",
        usage.PROCESSES: f"{after}: more than {usage.MAX_PROCESSES} processes, or {usage.MAX_THREADS} threads",
        usage.COMPUTE: f"{after}: more than {_s(limits.cpu_seconds)} of CPU time, its share of compute_minutes",
        usage.GPU: f"{after}: more than {_s(limits.gpu_seconds)} of GPU time, its share of gpu_minutes",
    }
    return said[ended.limit]


def _mib(number: float | None) -> str:
    return "any limit" if number is None else f"{number:g} MiB"


def _s(number: float | None) -> str:
    return "any limit" if number is None else f"{number:g} s"


def _blamed(complaint: str, limits: Limits) -> Outcome:
    """Tell whether a process failed because a request of it was over a limit."""
    for outcome, limit, words in _REFUSED:
        if getattr(limits, limit) is not None and any(word in complaint for word in words):
            return outcome
    return Outcome.FAILED


def _complaint(workspace: Workspace, folder: Path, code: int) -> str:
    """Say how it failed, with the last line that it printed to stderr."""
    how = f"exit code {code}" if code > 0 else f"killed by signal {-code}"
    path = workspace.relative(outputs.printed(folder, "stderr"))
    content = read(workspace.root, path, 4 << 20)
    lines = content.data.decode("utf-8", "replace").split("\n") if isinstance(content, Content) else []
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"{how}: {last}" if last else how


def _one_line(text: str) -> str:
    """Make a text fit for a record: one line, printable, not long."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain[:DETAIL_CHARACTERS].strip()
