"""Does the same `run` again attach to what is there, and spend nothing twice?"""

from __future__ import annotations

import subprocess
import sys

import pytest
from experiments.worlds import MEASURE, World, waited

from coordinator.errors import Exit, RefusedError
from coordinator.experiments.progress import Stage
from coordinator.model.instruction import Action
from coordinator.model.record import Phase


def test_attached_while_it_waits(world: World) -> None:
    """The same command again, while the request waits, adds nothing."""
    paths = world.experiment()
    first = world.hand_over(paths)
    request = paths.request.read_bytes()
    second = world.hand_over(paths)
    assert (second.ids, paths.request.read_bytes()) == (first.ids, request)


def test_attached_while_it_runs(world: World) -> None:
    """The same command again, while it runs, waits for that, whatever the files say by now."""
    paths = world.experiment()
    world.hand_over(paths)
    underway = world.underway()
    underway.look()
    paths.code.write_text("raise SystemExit(3)")
    again = world.hand_over(paths)
    assert not paths.request.exists()
    seen = waited(world, again, lambda: world.execute(underway))
    assert [one.stage for one in seen] == [Stage.RUNNING, Stage.ENDED]
    assert seen[-1].code == Exit.FINE


def test_attached_to_its_end(world: World) -> None:
    """The same command again, after the end, tells the end again and runs nothing: also of a failure."""
    paths = world.experiment(code="raise SystemExit(3)")
    world.hand_over(paths)
    world.execute()
    (only,) = waited(world, world.hand_over(paths))
    assert (only.stage, only.code) == (Stage.ENDED, 3)
    assert len(world.starts()) == 1


def test_changed_since_its_end(world: World) -> None:
    """After a change it is another experiment to run."""
    paths = world.experiment(code="raise SystemExit(3)")
    world.hand_over(paths)
    world.execute()
    paths.code.write_text(MEASURE)
    assert waited(world, world.hand_over(paths), world.execute)[-1].code == Exit.FINE
    assert len(world.starts()) == 2


def test_void_since_the_target_changed(world: World) -> None:
    """What says nothing, because the target changed, may be run again as it is."""
    code = "import os; open(os.environ['AUTORESEARCH_TARGET'] + '/new', 'a').write('x')\n" + MEASURE
    paths = world.experiment(code=code)
    assert waited(world, world.hand_over(paths), world.execute)[-1].code == Exit.PROBLEMS
    world.hand_over(paths)
    assert paths.request.exists()


def test_a_confirmation(world: World) -> None:
    """It runs when the inbox asks for it; called again it attaches; asked for again it runs again."""
    paths = world.experiment()
    world.hand_over(paths)
    world.execute()
    world.instruct(Action.CONFIRM, "exp_001")
    for _ in range(2):
        assert waited(world, world.hand_over(paths, Phase.CONFIRM), world.execute)[-1].of == 4
    assert [start.phase for start in world.starts()] == [Phase.EXPLORE, Phase.CONFIRM]
    world.instruct(Action.CONFIRM, "exp_001")
    assert waited(world, world.hand_over(paths, Phase.CONFIRM), world.execute)[-1].code == Exit.FINE
    assert [start.attempt for start in world.starts()] == [1, 1, 2]


def test_a_confirmation_that_nobody_asked_for(world: World) -> None:
    """It is refused by the executor, with the reason."""
    paths = world.experiment()
    last = waited(world, world.hand_over(paths, Phase.CONFIRM), world.execute)[-1]
    assert "confirmation_not_asked" in last.message


def test_the_other_phase_waits(world: World) -> None:
    """One request at a time lies in a folder."""
    paths = world.experiment()
    world.hand_over(paths)
    with pytest.raises(RefusedError, match="another phase"):
        world.hand_over(paths, Phase.CONFIRM)


def test_two_at_once_for_one_experiment(world: World) -> None:
    """Both write a request before either was claimed: one start, and both learn its end."""
    paths = world.experiment()
    first = world.hand_over(paths)
    paths.request.unlink()
    second = world.hand_over(paths)
    assert first.ids != second.ids
    underway = world.underway()
    assert waited(world, first, lambda: world.execute(underway))[-1].code == Exit.FINE
    assert waited(world, second)[-1].code == Exit.FINE
    assert len(world.starts()) == 1


def test_a_second_request_after_the_claim_of_the_first(world: World) -> None:
    """One that was written a moment too late spends nothing again: the executor takes the first as its answer."""
    paths = world.experiment()
    handed = world.hand_over(paths)
    late = paths.request.read_bytes().replace(handed.ids[0].encode(), b"0123456789abcdef")
    underway = world.underway()
    underway.look()
    for _ in range(2):  # while it runs, and after its end
        paths.request.write_bytes(late)
        world.execute(underway)
    assert not paths.request.exists()
    assert len(world.starts()) == 1
    assert waited(world, handed)[-1].code == Exit.FINE


def test_killed_at_any_moment_and_called_again(world: World) -> None:
    """A `run` that is killed leaves its request, and the next one attaches to it."""
    paths = world.experiment()
    code = (
        "import sys; from pathlib import Path; from coordinator.experiments.handover import hand_over, wait;"
        "from coordinator.store.layout import Workspace; from coordinator.store.state import State;"
        "from coordinator.model.record import Phase;"
        "handed = hand_over(Workspace(Path(sys.argv[1])), Path(sys.argv[2]), Phase.EXPLORE);"
        "[print(one.stage, flush=True) for one in wait(handed, State(Path(sys.argv[3])))]"
    )
    command = [sys.executable, "-c", code, world.workspace.root, paths.folder, world.state.folder]
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"queued\n"
        first.kill()
    assert waited(world, world.hand_over(paths), world.execute)[-1].code == Exit.FINE
    assert len(world.starts()) == 1


def test_a_start_by_our_request_is_ours_whatever_else_was_started(world: World) -> None:
    """Our own start is preferred to any other of the same experiment."""
    paths = world.experiment(code="raise SystemExit(3)")
    handed = world.hand_over(paths)
    world.execute()
    paths.code.write_text(MEASURE)
    world.hand_over(paths)
    world.execute()
    assert waited(world, handed)[-1].code == 3
