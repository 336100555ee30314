"""What keeps an experiment in its place on this machine? The strongest of three: Landlock, bubblewrap, nothing.

Each is tried out before it is used: a process confines itself and then attempts what it should not be able to
(`trial`). What is claimed in records is what failed there, and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol, Self

from coordinator.experiments.engines import Job
from coordinator.experiments.guard import bubblewrap, landlock, mounts, trial
from coordinator.experiments.guard.place import Place, devices, readable
from coordinator.model.protection import Protection

TRIAL_SECONDS = 30
"""How long a trial may take; some hundredths of a second is usual."""
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from coordinator.experiments.guard import trial; trial.main()"
_ROOT = str(Path(__file__).parents[3])


class Hold(Protocol):
    """Keeps processes in their place."""

    @property
    def name(self) -> str:
        """The word that records carry; empty if nothing is held."""

    def over(self, job: Job, place: Place) -> Job:
        """Give the job as it is run in its place."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What `confine` does, as it goes to the warden.

    Args:
        abi: version of Landlock to use.
        mounts: whether everything else is made read-only by mounts too.
        writable: folders that may be written to.
        shared: the same, but not bound by mounts: shared memory.
        readable: files and folders that may be read.
        devices: files and folders of devices that may be used.
        network: whether sockets other than local ones may be made.
    """

    abi: int
    mounts: bool
    writable: tuple[str, ...]
    shared: tuple[str, ...]
    readable: tuple[str, ...]
    devices: tuple[str, ...]
    network: bool


@dataclass(frozen=True, slots=True)
class NoHold:
    """Keeps nothing; the manifest finds what happens."""

    name: str = ""

    def over(self, job: Job, place: Place) -> Job:  # noqa: ARG002  # the contract's parameter
        """Give the job as it is."""
        return job


@dataclass(frozen=True, slots=True)
class LandlockHold:
    """Confines processes by Landlock, with mounts of their own where that is allowed.

    Args:
        abi: version of Landlock to use.
        mounts: whether mounts can be used.
    """

    abi: int
    mounts: bool
    name: str = "landlock"

    def over(self, job: Job, place: Place) -> Job:
        """Let the warden confine the process before it becomes the experiment."""
        return replace(job, confinement=asdict(self.confinement(place)))

    def confinement(self, place: Place) -> Confinement:
        """Say what is confined how."""
        writable = tuple(os.path.realpath(folder) for folder in place.writable)
        return Confinement(
            abi=self.abi,
            mounts=self.mounts,
            writable=writable,
            shared=(mounts.SHARED_MEMORY,),
            readable=readable(place.hidden),
            devices=devices(),
            network=place.network,
        )


@dataclass(frozen=True, slots=True)
class BubblewrapHold:
    """Runs processes under bubblewrap.

    Args:
        program: its path.
    """

    program: str
    name: str = "bubblewrap"

    def over(self, job: Job, place: Place) -> Job:
        """Put bubblewrap before the program."""
        return replace(job, argv=(*bubblewrap.options(self.program, place, job.folder), *job.argv))


@dataclass(frozen=True, slots=True)
class Ability:
    """What one way of holding an experiment keeps it from, as tried on this machine.

    Args:
        hold: the way.
        enforced: what held.
        missing: why no stronger way is used, in one line each.
    """

    hold: Hold
    enforced: frozenset[Protection] = frozenset()
    missing: tuple[str, ...] = ()

    def enforces(self, *, network: bool) -> tuple[Protection, ...]:
        """Give what is enforced of an experiment.

        Args:
            network: whether it may use the network; then there is nothing to enforce about that.
        """
        of_network = {Protection.NETWORK, Protection.TCP}
        return tuple(one for one in Protection if one in self.enforced and not (network and one in of_network))


NO_MOUNTS = "this system lets a process have no mounts of its own, so that chmod, chown and utime are not prevented"
NO_LANDLOCK = "Landlock of this kernel does not refuse everything (its version 3 is the first that refuses truncation)"


@cache
def ability() -> Ability:
    """Find the strongest way of this machine, once a process."""
    return strongest(ways())


def strongest(candidates: Sequence[tuple[Hold, str]]) -> Ability:
    """Find the first way that keeps an experiment from writing elsewhere, else one that keeps it from most.

    Args:
        candidates: strongest first, each with what is to be said if it does not work.
    """
    missing: list[str] = []
    next_best = Ability(NoHold())
    for hold, otherwise in candidates:
        found, failed = attempt(hold) if hold.name else (frozenset[Protection](), "")
        if Protection.WRITES in found:
            return Ability(hold, found, tuple(missing))
        if len(found) > len(next_best.enforced):
            next_best = Ability(hold, found)
        missing.append(f"{otherwise} ({failed})" if failed else otherwise)
    return replace(next_best, missing=tuple(missing))


def ways() -> list[tuple[Hold, str]]:
    """Give the ways to try, strongest first, each with what is to be said if it does not work."""
    if not sys.platform.startswith("linux"):
        return [(NoHold(), "Landlock and bubblewrap are of Linux")]
    version = min(landlock.abi(), landlock.NEWEST_ABI)
    found: list[tuple[Hold, str]] = [(NoHold(), "this kernel has no Landlock, or it is turned off")]
    if version:
        found = [(LandlockHold(version, mounts=True), NO_MOUNTS), (LandlockHold(version, mounts=False), NO_LANDLOCK)]
    program = shutil.which("bwrap")
    last = (
        (BubblewrapHold(program), "bubblewrap does not hold") if program else (NoHold(), "bubblewrap is not installed")
    )
    return [*found, last]


def attempt(hold: Hold) -> tuple[frozenset[Protection], str]:
    """Try a way out: run a process under it that attempts what it must not.

    Returns:
        What failed as it should, and what kept the trial itself from working; empty if nothing did.
    """
    with tempfile.TemporaryDirectory(prefix="autoresearch-") as name:
        folder = Path(os.path.realpath(name))
        for part in (trial.INSIDE, trial.HIDDEN):
            (folder / part).mkdir()
        for path in (folder / trial.VICTIM, folder / trial.HIDDEN / "secret"):
            path.write_text("untouched")
        place = Place((folder / trial.INSIDE,), (folder / trial.HIDDEN,), network=False)
        with Ears() as ears:
            found, failed = _run(hold, place, folder, ears)
            return (found | ears.unreached() if found else found), failed


class Ears:
    """Two sockets of this machine, to learn whether a process can reach anything by network."""

    def __enter__(self) -> Self:
        self._sockets = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
        for one in self._sockets:
            one.bind(("127.0.0.1", 0))
            one.settimeout(0)
        self._sockets[0].listen()
        self.ports = tuple(str(one.getsockname()[1]) for one in self._sockets)
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._sockets:
            one.close()

    def unreached(self) -> frozenset[Protection]:
        """Tell what a process that has ended could not do."""
        stream, datagrams = self._sockets
        tcp, udp = _arrives(stream.accept), _arrives(lambda: datagrams.recv(16))
        held = {Protection.TCP: not tcp, Protection.NETWORK: not tcp and not udp}
        return frozenset(one for one, kept in held.items() if kept)


def _arrives(receive: Callable[[], object]) -> bool:
    try:
        receive()
    except BlockingIOError:
        return False
    return True


def _run(hold: Hold, place: Place, folder: Path, ears: Ears) -> tuple[frozenset[Protection], str]:
    own = (str(folder), str(os.getpid()), *ears.ports)
    argv = (sys.executable, "-I", "-S", "-B", "-c", _PROGRAM, _ROOT, *own)
    job = hold.over(Job(argv, folder / trial.INSIDE, {}, TRIAL_SECONDS, 1, 2), place)
    try:
        done = subprocess.run(
            job.argv,
            input=json.dumps(job.confinement),
            capture_output=True,
            text=True,
            timeout=TRIAL_SECONDS,
            check=True,
        )
        found: dict[str, bool] = json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        return frozenset(), _last_line(error.stderr)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return frozenset(), type(error).__name__
    if not found.pop(trial.WORKS):
        return frozenset(), "a process cannot write to its own folder"
    return frozenset(Protection(name) for name, held in found.items() if held), ""


def _last_line(text: str) -> str:
    lines: Sequence[str] = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"
