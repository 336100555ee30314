"""What does an experiment achieve that tries everything? Real processes, through the real executor and warden."""

from __future__ import annotations

import inspect
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from experiments.guard import attempts
from experiments.worlds import World, no_ability

from coordinator.experiments.guard import protected
from coordinator.experiments.guard.hold import Ability, BubblewrapHold, Hold, LandlockHold, ability, attempt
from coordinator.model.protection import Protection
from coordinator.model.record import Execution, Outcome
from coordinator.store.manifest import Manifest

CONFIG = """\
budget: {experiments: 3, experiment_seconds: 60}
significance: {explore_seeds: 1}
protected_paths: [config, ../home, runs/20261123_143022-beta/experiments]
"""
Counted = Callable[[str, object], None]


@dataclass
class Stage:
    """A world in which one experiment tries everything.

    Args:
        world: where.
        watched: folders in which each way has a file of its own, by name.
    """

    world: World
    watched: dict[str, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        root = self.world.workspace.root
        self.watched = {
            "target": self.world.target,
            "config": root / "config",
            "home": self.world.root / "home",
            "other_worker": self.world.workspace.worker("20261123_143022", "beta").experiments,
        }
        for folder in self.watched.values():
            for way in attempts.WAYS:
                (folder / "victims").mkdir(parents=True, exist_ok=True)
                (folder / "victims" / way).write_text(f"untouched by {way}")
        sealed = self.world.workspace.run("20261123_143022").sealed("beta", "exp_001", 1)
        sealed.mkdir(parents=True)
        (sealed / "plan.md").write_text("theirs")
        self.secret = next(self.world.state.folder.rglob("secret"))
        self.anchor = next(self.world.state.folder.rglob("anchor.jsonl"))
        self.sealed = sealed / "plan.md"
        self.watch = protected.watch_of(self.world.workspace, self.world.run.frozen)
        self.before, self.mark = self.watch.look(), self.watch.mark()
        self.digests = self.everything()

    def everything(self) -> dict[str, str]:
        """Digest everything that must stay as it is."""
        return {name: Manifest(folder).digest() for name, folder in self.watched.items()}

    def play(self, *, ledger: bool = False) -> tuple[Execution, dict[str, dict[str, str]]]:
        """Let an experiment try; give its record and what came of each attempt.

        Args:
            ledger: whether it tries the ledger too, and the coordinator's secrets; it must be held then, since
                nothing could be read afterwards.
        """
        places = {name: str(folder / "victims") for name, folder in self.watched.items()}
        if ledger:
            places["ledger"] = str(self.world.workspace.run("20261123_143022").ledger)
            places["frozen"] = str(self.world.workspace.run("20261123_143022").frozen)
            places["secret"], places["anchor"] = str(self.secret), str(self.anchor)
        read = {"secret": self.secret, "anchor": self.anchor, "sealed": self.sealed}
        read["other_worker"] = self.watched["other_worker"] / "victims" / "write"
        code = inspect.getsource(attempts)
        called = f"\nimport measured\nrun({places!r}, { {name: str(path) for name, path in read.items()}!r})\n"
        paths = self.world.experiment(code=code + called)
        self.world.hand_over(paths)
        self.world.execute()
        (execution,) = self.world.record(paths).executions
        assert execution.processes[0].exit_code == 0, execution.processes[0].detail
        found = next(paths.outputs.glob("seed_*/attempts.json"))
        return execution, json.loads(found.read_text())

    def changed(self) -> tuple[str, ...]:
        """Name what is not as it was, as the executor's comparison does."""
        return self.watch.changed_since(self.before, self.mark)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[[Callable[[], Ability]], Stage]]:
    """Give what makes a world in which an experiment is held by some means."""
    worlds: list[World] = []

    def make(means: Callable[[], Ability]) -> Stage:
        worlds.append(World(tmp_path, config=CONFIG, ability=means))
        return Stage(worlds[-1])

    yield make
    for made in worlds:
        made.close()


MakeStage = Callable[[Callable[[], Ability]], Stage]


def held(results: dict[str, dict[str, str]]) -> list[str]:
    """Name the attempts that succeeded."""
    return [f"{place}: {way}" for place, of_place in results.items() for way, end in of_place.items() if end == "done"]


def counts(results: dict[str, dict[str, str]]) -> str:
    """Say how many of how many attempts failed."""
    tried = sum(len(of_place) for of_place in results.values())
    return f"{tried - len(held(results))} of {tried} attempts failed"


def needs(*protections: Protection) -> None:
    """Skip where the machine has no such means."""
    lacking = set(protections) - ability().enforced
    if ability().hold.name != "landlock" or lacking:
        pytest.skip(f"this machine does not enforce {', '.join(sorted(lacking)) or 'anything by Landlock'}")


def test_held_by_landlock_every_attempt_fails(stage: MakeStage, record_property: Counted) -> None:
    """Nothing is changed anywhere, nothing read that must not be, and the record says by which means."""
    needs(Protection.WRITES, Protection.METADATA, Protection.READS)
    played = stage(ability)
    execution, results = played.play(ledger=True)
    record_property("counted", f"by Landlock and mounts of its own: {counts(results)}")
    assert held(results) == []
    assert played.changed() == ()
    assert played.everything() == played.digests
    assert execution.outcome is Outcome.COMPLETED
    assert execution.guard == "landlock"
    assert {Protection.TARGET, Protection.WRITES, Protection.METADATA, Protection.READS} <= set(execution.enforced)
    assert not list(played.world.target.rglob("__pycache__"))


@pytest.mark.parametrize("version", [1, 2, 3, 6])
def test_held_by_landlock_alone(version: int, stage: MakeStage, record_property: Counted) -> None:
    """Of an older version, and where no mounts can be made: what it does not refuse is found and voids."""
    needs(Protection.WRITES)
    hold = LandlockHold(version, mounts=False)
    enforced, _ = attempt(hold)
    played = stage(lambda: Ability(hold, enforced))
    execution, results = played.play(ledger=False)
    record_property("counted", f"by Landlock {version} alone: {counts(results)}")
    expected = {*attempts.METADATA, *(attempts.TRUNCATING if version < 3 else ())}
    unreadable = {f"other_worker: {way}" for way in ("fchmod", "futime")}  # these begin by opening it for reading
    assert set(held(results)) == {f"{place}: {way}" for place in played.watched for way in expected} - unreadable
    assert Protection.METADATA not in execution.enforced
    assert (Protection.WRITES in execution.enforced) is (version >= 3)
    assert execution.outcome is Outcome.TARGET_CHANGED
    assert not unfound(played, results)


def test_held_by_bubblewrap(stage: MakeStage, record_property: Counted) -> None:
    """On a Linux without Landlock, where it is installed and may make namespaces."""
    program = shutil.which("bwrap")
    enforced, failed = attempt(BubblewrapHold(program)) if program else (frozenset[Protection](), "is not installed")
    if not enforced:
        pytest.skip(f"bubblewrap: {failed}")
    played = stage(lambda: Ability(BubblewrapHold(program or ""), enforced))
    execution, results = played.play(ledger=True)
    record_property("counted", f"by bubblewrap: {counts(results)}")
    assert held(results) == []
    assert played.everything() == played.digests
    assert (execution.guard, execution.outcome) == ("bubblewrap", Outcome.COMPLETED)


def test_by_the_manifest_alone_every_change_is_found(stage: MakeStage, record_property: Counted) -> None:
    """On a machine without any means everything works, every change is named, and the record says so."""
    played = stage(no_ability)
    execution, results = played.play()
    done = held(results)
    record_property("counted", f"by the manifest alone: {len(done) - len(results['read'])} changes, all found")
    assert len(done) == len(attempts.WAYS) * len(played.watched) + len(results["read"])
    assert not unfound(played, results)
    assert (execution.guard, execution.enforced) == ("manifest", (Protection.TARGET,))
    assert execution.outcome is Outcome.TARGET_CHANGED
    assert execution.processes[0].detail.startswith("changed: ")


def unfound(played: Stage, results: dict[str, dict[str, str]]) -> list[str]:
    """Name the attempts that succeeded and that the comparison does not name."""
    root = played.world.workspace.root
    names = {"target": "victims", "config": "protected config/victims", "home": "protected ../home/victims"}
    names["other_worker"] = f"protected {played.watched['other_worker'].relative_to(root)}/victims"
    changed = played.changed()
    return [
        f"{place}: {way}"
        for place, prefix in names.items()
        for way, end in results[place].items()
        if end == "done" and not {f"{prefix}/{way}", f"{prefix}/{way}.new"} & set(changed)
    ]


def test_writes_to_the_target_alone_can_be_allowed(world_of: Callable[[str], World]) -> None:
    """`allow_research_target_writes` lifts the target's protection and nothing else."""
    needs(Protection.WRITES, Protection.METADATA)
    world = world_of("allow_research_target_writes: true\n" + CONFIG.replace("\nprotected", "\n#"))
    world.ability = ability
    played = Stage(world)
    execution, results = played.play(ledger=True)
    failing = {place for place, of_place in results.items() if "done" not in of_place.values()}
    assert failing == set(results) - {"target"}
    assert execution.outcome is Outcome.COMPLETED
    assert Protection.TARGET not in execution.enforced
    assert Protection.WRITES in execution.enforced


def test_a_hold_is_what_it_is_called() -> None:
    """The strongest means of this machine, whichever it is, says so by a name and what it enforces."""
    means: Hold = ability().hold
    assert means.name in {"landlock", "bubblewrap", ""}
    assert bool(means.name) is (Protection.WRITES in ability().enforced)
    assert ability().missing or ability().enforced >= {Protection.METADATA}
