"""Is the strongest means chosen that works, and nothing claimed of it that was not seen?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from experiments.worlds import World, executed

from coordinator.experiments.engines import Job
from coordinator.experiments.guard import hold, landlock
from coordinator.experiments.guard.hold import Ability, LandlockHold, NoHold, ability, attempt, strongest
from coordinator.experiments.guard.place import Place
from coordinator.model.protection import Protection
from coordinator.model.record import Outcome

ORDINARY = """\
import json, multiprocessing, os, pathlib, shutil, signal, socket, sqlite3, subprocess, tempfile, threading
import measured
outputs = pathlib.Path(os.environ["AUTORESEARCH_OUTPUTS"])
found = {"descriptors": len([n for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")])}

def fails(act):
    try:
        act()
    except OSError:
        return 1
    return 0

shutil.copy2(measured.__file__, outputs / "copy.py")
shutil.copytree(os.path.dirname(measured.__file__), outputs / "tree")
os.rename(outputs / "copy.py", outputs / "tree" / "moved.py")
sqlite3.connect(outputs / "numbers.db").execute("create table numbers (x)")
with tempfile.NamedTemporaryFile() as file, tempfile.TemporaryDirectory() as folder:
    found["temporary_is_private"] = int(file.name.startswith(os.environ["TMPDIR"] + "/"))
with multiprocessing.Pool(2) as pool:
    found["pool"] = sum(pool.map(abs, [-1, -2]))
found["manager"] = multiprocessing.Manager().Value("i", 3).value
with multiprocessing.Lock():
    found["shell"] = subprocess.run(["/bin/sh", "-c", "echo x > /dev/null"]).returncode
os.symlink("tree", outputs / "link")
found["kill_parent"] = fails(lambda: os.kill(os.getppid(), 0))
found["spy_on_parent"] = fails(lambda: open(f"/proc/{os.getppid()}/environ").read())
found["memory_of_parent"] = fails(lambda: open(f"/proc/{os.getppid()}/mem", "rb"))
found["tcp"] = fails(lambda: socket.socket().bind(("127.0.0.1", 0)))
found["udp"] = fails(lambda: socket.socket(type=socket.SOCK_DGRAM))
found["unix"] = fails(lambda: socket.socket(socket.AF_UNIX).bind(os.environ["TMPDIR"] + "/local"))
found["temporary_elsewhere"] = fails(lambda: open("/tmp/made by an experiment", "w"))
(outputs / "metrics.json").write_text(json.dumps(found))
(outputs / "temporary.txt").write_text(os.environ["TMPDIR"])
"""
HELD = ability().hold.name == "landlock" and {Protection.WRITES, Protection.PROCESSES} <= ability().enforced
held_here = pytest.mark.skipif(not HELD, reason="this machine does not hold experiments by Landlock 6")


@held_here
@pytest.mark.parametrize("network", ["allow", "deny"])
def test_ordinary_code_runs(network: str, world_of: Callable[[str], World]) -> None:
    """Copies, pools, locks, managers, databases and shells work; nobody else is in reach; nothing stays behind."""
    world = world_of(f"experiment_network: {network}\nsignificance: {{explore_seeds: 1}}\n")
    world.ability = ability
    paths, execution = executed(world, ORDINARY)
    (process,) = execution.processes
    assert (execution.outcome, process.detail) == (Outcome.COMPLETED, "")
    found = dict(process.metrics)
    assert found.pop("descriptors") == 3, "0 to 2 and nothing that its warden had open"
    denied = 1.0 if network == "deny" else 0.0
    assert found == {
        "temporary_is_private": 1.0, "pool": 3.0, "manager": 3.0, "shell": 0.0, "kill_parent": 1.0,
        "spy_on_parent": 1.0, "memory_of_parent": 1.0, "tcp": denied, "udp": denied, "unix": 0.0,
        "temporary_elsewhere": 1.0,
    }  # fmt: skip
    assert (Protection.NETWORK in execution.enforced) is (network == "deny")
    (left,) = paths.outputs.glob("seed_*/temporary.txt")
    assert not left.parent.joinpath(left.read_text()).exists()


@dataclass
class Claimed:
    """A means of which a trial says what the test wants it to."""

    name: str
    kept: frozenset[Protection]

    def over(self, job: Job, place: Place) -> Job:  # noqa: ARG002  # the contract's parameter
        """Change nothing."""
        return job


WRITES = frozenset({Protection.WRITES})


@pytest.mark.parametrize(
    ("ways", "name", "missing"),
    [
        ([("a", WRITES), ("b", WRITES)], "a", ()),
        ([("a", frozenset()), ("b", WRITES)], "b", ("no a",)),
        ([("a", frozenset({Protection.READS})), ("b", frozenset())], "a", ("no a", "no b")),
        ([("a", frozenset()), ("", frozenset())], "", ("no a", "no ")),
    ],
)
def test_the_strongest_that_works(
    ways: list[tuple[str, frozenset[Protection]]],
    name: str,
    missing: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first that refuses writes, else whatever refuses most, with why there is nothing better."""
    monkeypatch.setattr(hold, "attempt", lambda means: (means.kept, ""))
    chosen = strongest([(Claimed(called, kept), f"no {called}") for called, kept in ways])
    assert (chosen.hold.name, chosen.missing) == (name, missing)


def test_nothing_is_held_without_a_hold() -> None:
    """The trial can fail: without any means, every attempt in it succeeds."""
    assert attempt(NoHold()) == (frozenset(), "")


def test_a_means_that_does_not_work() -> None:
    """It is said why, by the last line of what went wrong; and so it is if it does not even start."""

    @dataclass(frozen=True)
    class Running(NoHold):
        argv: tuple[str, ...] = ()

        def over(self, job: Job, place: Place) -> Job:  # noqa: ARG002  # the contract's parameter
            return Job(self.argv, job.folder, {}, 1, 1, 2)

    assert attempt(Running(argv=("/nowhere/bwrap",))) == (frozenset(), "FileNotFoundError")
    assert attempt(Running(argv=("/bin/sh", "-c", "echo first >&2; echo last >&2; exit 3"))) == (frozenset(), "last")


@pytest.mark.parametrize(
    ("system", "version", "bwrap", "names"),
    [
        ("darwin", 6, None, [""]),
        ("linux", 7, None, ["landlock", "landlock", ""]),
        ("linux", 0, "/usr/bin/bwrap", ["", "bubblewrap"]),
        ("linux", 0, None, ["", ""]),
    ],
)
def test_what_is_tried(
    system: str, version: int, bwrap: str | None, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other systems, newer and older kernels, with and without bubblewrap; each lack has its words."""
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(landlock, "abi", lambda: version)
    monkeypatch.setattr("shutil.which", lambda _: bwrap)
    tried = hold.ways()
    assert [means.name for means, _ in tried] == names
    assert all(said for _, said in tried)
    assert all(means.abi == landlock.NEWEST_ABI for means, _ in tried if isinstance(means, LandlockHold))


def test_what_is_enforced_of_the_network() -> None:
    """Where it may be used nothing is claimed about it."""
    means = Ability(NoHold(), frozenset({Protection.TCP, Protection.WRITES}))
    assert means.enforces(network=True) == (Protection.WRITES,)
    assert means.enforces(network=False) == (Protection.WRITES, Protection.TCP)
