"""How long does a process tree hold a GPU? Asked of `nvidia-smi`, again and again, without ever waiting for it.

A GPU second is one second during which one process of the tree has a compute context on one GPU: what it holds
nobody else can use well, whether it computes or not. Untried on real GPUs: our tests put an `nvidia-smi` of their
own on the path. In a container that sees other process ids than the driver nothing is found.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

FIRST_SECONDS = 0.5
"""When the first question is asked: shorter processes are not worth one."""
BETWEEN_SECONDS = 2.0
"""The shortest time between two questions."""
SHARE = 20
"""The next question waits so many times as long as the last answer took."""
LISTEN_SECONDS = 0.05
"""Between two looks for its answer."""
PATIENCE_SECONDS = 20.0
"""A driver that takes longer does not answer."""

QUESTION = ("--query-compute-apps=pid,gpu_uuid", "--format=csv,noheader")


class Gpus:
    """What one tree holds of this machine's GPUs.

    Args:
        program: path of `nvidia-smi`.
        clock: a monotonic one.
    """

    def __init__(self, program: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._program = program
        self._clock = clock
        self._answer = -1
        self._asked_at = 0.0
        self._said = b""
        self._told_at = clock()
        self._held = 0
        self.due = self._told_at + FIRST_SECONDS
        self.pid = 0
        """Id of the process that is being waited for; 0 if none is. Whoever reaps children reaps it too."""
        self.asked: set[int] = set()
        """Ids of all such processes so far."""
        self.seconds: float | None = 0.0
        """None once a question was not answered."""

    def tick(self, tree: frozenset[int]) -> None:
        """Ask, or take the answer, if it is time.

        Args:
            tree: ids of its processes.
        """
        if self._clock() < self.due or self.seconds is None:
            return
        if self._answer < 0:
            self._ask()
        else:
            self._listen(tree)

    def close(self) -> None:
        """Charge what was held last until now; ask no more."""
        if self.seconds is not None:
            self._charge(self._held)
        self._hang_up()

    def _ask(self) -> None:
        """Start the program; its answer is read later."""
        self._answer, end = os.pipe()
        os.set_blocking(self._answer, False)
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, end, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        self._said, self._asked_at = b"", self._clock()
        self.due = self._asked_at + LISTEN_SECONDS
        try:
            self.pid = os.posix_spawn(self._program, [self._program, *QUESTION], os.environ, file_actions=actions)
            self.asked.add(self.pid)
        except OSError:
            self._give_up()
        finally:
            os.close(end)

    def _listen(self, tree: frozenset[int]) -> None:
        """Read what has been said so far."""
        now = self._clock()
        self.due = now + LISTEN_SECONDS
        try:
            while chunk := os.read(self._answer, 65536):
                self._said += chunk
        except BlockingIOError:
            if now > self._asked_at + PATIENCE_SECONDS:
                self._give_up()
            return
        self._hang_up()
        holders = _holders(self._said)
        if holders is None:
            self._give_up()
            return
        self._charge(sum(pid in tree for pid in holders))
        self.due = now + max(BETWEEN_SECONDS, SHARE * (now - self._asked_at))

    def _charge(self, held: int) -> None:
        """Charge the time since the last answer, by the larger of what was held then and is held now."""
        now = self._clock()
        assert self.seconds is not None, "once unknown, nothing is charged any more"
        self.seconds += max(held, self._held) * (now - self._told_at)
        self._told_at, self._held = now, held

    def _give_up(self) -> None:
        self.seconds = None
        self._hang_up()

    def _hang_up(self) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self._answer >= 0:
            os.close(self._answer)
        self._answer, self.pid = -1, 0


def _holders(said: bytes) -> list[int] | None:
    """Read the answer: the process of each context; None if it is no answer."""
    lines = [line.split(b",") for line in said.splitlines() if line.strip()]
    if not all(len(line) == 2 and line[0].strip().isdigit() for line in lines):
        return None
    return [int(line[0]) for line in lines]
