"""May this session end? The stop hook: it waits for its worker's next instruction and hands it over.

It lets the session go at once when its direction is closed, when nobody is there to instruct it, and when it
has work going on in the background, whose end would otherwise be heard only after the wait.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from coordinator.assistants import instruction
from coordinator.assistants.instruction import Told
from coordinator.assistants.sessions import Notes
from coordinator.store.layout import WorkerPaths
from coordinator.store.lock import holder

PATIENCE = 3000.0
"""Seconds that the hook waits; less than the clients give it."""
BEAT = 0.2
"""Seconds between two looks at the inbox."""
PULSE = 5.0
"""Seconds between two looks at whether the coordinator is there."""
REMINDERS = 6
"""How often a worker that does nothing at all is reminded of one instruction; then it is let go."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The real clock, or a test's."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def answer(notes: Notes, worker: WorkerPaths, waiting: Waiting) -> str | None:
    """Give what a session that wants to stop is told instead; None lets it stop.

    Args:
        notes: on what was handed over.
        worker: that the session works for.
        waiting: the clock.
    """
    deadline = waiting.monotonic() + PATIENCE
    pulse = waiting.monotonic()
    while True:
        told = instruction.of(notes.workspace, worker)
        if told is not None and told.is_open:
            return _of_open(notes, worker, told)
        if waiting.monotonic() >= pulse:
            pulse = waiting.monotonic() + PULSE
            if not _somebody_is_there(notes):
                return None
        if waiting.monotonic() >= deadline:
            return still_waiting(notes, worker)
        waiting.sleep(BEAT)


def hand_over(notes: Notes, worker: WorkerPaths) -> str | None:
    """Give the instruction in force to whoever asks first; None if it was handed over, or there is none."""
    told = instruction.of(notes.workspace, worker)
    if told is None or not told.is_open or not notes.claim(worker, told.instruction.instruction):
        return None
    return text_of(notes, worker, told)


def text_of(notes: Notes, worker: WorkerPaths, told: Told) -> str:
    """Say that there is an instruction, and which."""
    folder = notes.workspace.relative(worker.folder)
    number = told.instruction.instruction
    return (
        f"Your next step from the coordinator, instruction {number}, as it stands in "
        f"{notes.workspace.relative(worker.inbox)}. Carry it out, set `answered: {number}` in {folder}/"
        f"{worker.report.name}, then call `python -m coordinator next {folder} --wait 600`.\n\n{told.text}"
    )


def still_waiting(notes: Notes, worker: WorkerPaths) -> str:
    """Say how to go on waiting."""
    folder = notes.workspace.relative(worker.folder)
    return f"The coordinator is still at work. Call `python -m coordinator next {folder} --wait 600`."


def _of_open(notes: Notes, worker: WorkerPaths, told: Told) -> str | None:
    number = told.instruction.instruction
    if notes.claim(worker, number):
        return None if told.is_stop and told.answered else text_of(notes, worker, told)
    if told.is_stop or not _somebody_is_there(notes):
        return None
    if notes.remind(worker, number, sign_of_life(worker)) > REMINDERS:
        return None
    folder = notes.workspace.relative(worker.folder)
    return (
        f"Instruction {number} ({told.instruction.action.value}) in {notes.workspace.relative(worker.inbox)} is not "
        f"carried out yet: {folder}/{worker.report.name} does not say `answered: {number}`. Go on with it; nobody is "
        "there to be asked. If an experiment is running, call the same `run` command again: it attaches to it."
    )


def _somebody_is_there(notes: Notes) -> bool:
    return holder(notes.state.coordinator_lock(notes.workspace.root)) is not None


def sign_of_life(worker: WorkerPaths) -> int:
    """Give a number that changes when something in the worker's report or experiments does."""
    newest = 0
    paths = [str(worker.report)]
    for folder, _, files in os.walk(worker.experiments):
        paths += [os.path.join(folder, name) for name in files]  # noqa: PTH118  # as os.walk gives them
    for path in paths:
        try:
            newest = max(newest, os.stat(path, follow_symlinks=False).st_mtime_ns)  # noqa: PTH116  # the same
        except OSError:
            continue
    return newest
