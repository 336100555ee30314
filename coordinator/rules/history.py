"""What does the ledger remember? The fold from entries to memory, extended a batch at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from coordinator.model.entry import (
    DirectionEnded,
    Entry,
    ExperimentEnded,
    ExperimentInterrupted,
    ExperimentResumed,
    ExperimentStarted,
    FirstReport,
    InstructionGiven,
    RunEnded,
    RunStarted,
    TamperingSeen,
    VerdictGiven,
)
from coordinator.model.history import Given, History, Memory, Start
from coordinator.model.instruction import Action
from coordinator.model.verdict import Standing


def remember(entries: Iterable[Entry], memory: Memory | None = None) -> Memory:
    """Extend a memory by entries that follow it; what they do not concern is shared, not copied.

    Args:
        entries: in order; those that `memory` has seen already are passed over.
        memory: what was remembered before; None starts with nothing.
    """
    known = memory or Memory()
    histories = dict(known.histories)
    for entry in entries:
        if entry.n <= known.head:
            continue
        known = _of_run(known, entry)
        if isinstance(entry.fact, RunStarted):
            histories = {direction: History() for direction in entry.fact.directions}
        direction = getattr(entry.fact, "direction", None)
        if direction in histories:
            histories[direction] = _of_direction(histories[direction], entry)
    return replace(known, histories=histories)


def _of_run(memory: Memory, entry: Entry) -> Memory:
    """Note what concerns the run as a whole."""
    match entry.fact:
        case RunStarted():
            memory = replace(memory, started=entry.at)
        case TamperingSeen() as fact:
            memory = replace(memory, tampering=(*memory.tampering, fact))
        case RunEnded():
            memory = replace(memory, ended=entry.at)
    return replace(memory, head=entry.n)


def _of_direction(history: History, entry: Entry) -> History:
    """Note what concerns one direction."""
    match entry.fact:
        case FirstReport():
            history = replace(history, first_report=history.first_report or entry.at)
        case InstructionGiven() as fact:
            given = Given(entry.n, entry.at, fact, hashlib.sha256(fact.text.encode()).hexdigest())
            history = replace(history, instructions=(*history.instructions, given))
        case ExperimentStarted() as fact:
            start = Start(entry.n, entry.at, fact)
            history = replace(history, starts=(*history.starts, start), progress_n=entry.n)
        case ExperimentEnded():
            history = replace(history, starts=_with_end(history.starts, entry), progress_n=entry.n)
        case ExperimentInterrupted() | ExperimentResumed() as fact:
            starts = tuple(_charged(start, fact) if start.n == fact.start else start for start in history.starts)
            history = replace(history, starts=starts)
        case VerdictGiven() as fact:
            history = replace(
                history,
                verdicts={**history.verdicts, fact.experiment: fact},
                accepted=_with_accepted(history.accepted, fact),
            )
        case DirectionEnded() as fact:
            history = replace(history, ending=history.ending or fact)
    return history


def _with_end(starts: tuple[Start, ...], entry: Entry) -> tuple[Start, ...]:
    """Close the start that the entry ends."""
    end: ExperimentEnded = entry.fact
    return tuple(
        replace(start, end=end, ended_n=entry.n, ended_at=entry.at)
        if start.n == end.start and start.end is None
        else start
        for start in starts
    )


def _with_accepted(
    accepted: Mapping[str, tuple[VerdictGiven, ...]], fact: VerdictGiven
) -> Mapping[str, tuple[VerdictGiven, ...]]:
    """Add a verdict by which evidence held: what was accepted once is not taken back by another text."""
    if fact.standing != Standing.HOLDS:
        return accepted
    return {**accepted, fact.experiment: (*accepted.get(fact.experiment, ()), fact)}


def _charged(start: Start, fact: ExperimentInterrupted | ExperimentResumed) -> Start:
    """Charge what was done in vain: as much as was noted, or all that was reserved for it where nothing was."""
    if start.end is not None:
        return start
    if isinstance(fact, ExperimentInterrupted):
        cpu, gpu = fact.cpu_seconds, fact.gpu_seconds
    else:
        cpu = gpu = 0.0 if start.noted else fact.again_seconds
    noted = isinstance(fact, ExperimentInterrupted)
    lost_cpu, lost_gpu = start.lost_cpu_seconds + cpu, start.lost_gpu_seconds + gpu
    return replace(start, lost_cpu_seconds=lost_cpu, lost_gpu_seconds=lost_gpu, noted=noted)


def asks_for_report(given: InstructionGiven) -> bool:
    """Tell whether an instruction asks for a report and nothing else: a nudge, or a report sent back.

    The work that was asked for before it goes on.
    """
    return given.action is Action.REPORT or (given.action is Action.REVISE and given.about is None)


def in_force(history: History) -> Given | None:
    """Give the last instruction that asks for work: what a nudge in between does not call off."""
    given = (one for one in reversed(history.instructions) if not asks_for_report(one.fact))
    return next(given, None)
