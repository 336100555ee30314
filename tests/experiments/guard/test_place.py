"""Is everything readable beside what is hidden, and nothing of that?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from experiments.worlds import RUN, World

from coordinator.experiments.guard.place import devices, place_of, readable
from coordinator.experiments.order import Order


def covers(allowed: tuple[str, ...], path: Path) -> bool:
    """Tell whether a path is allowed, or lies below one that is."""
    return any(str(above) in allowed for above in (path, *path.parents))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a folder with something to hide."""
    for name in ("secret/inner", "open/inner", "deep/er/secret", "deep/er/open"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").write_text("")
    (tmp_path / "link").symlink_to("secret")
    return tmp_path.resolve()


def test_what_is_beside_is_readable(tree: Path) -> None:
    """Every neighbour on the way down, and the rest of the machine; no link, no hidden folder, none above one."""
    allowed = readable([tree / "secret", tree / "deep" / "er" / "secret"])
    assert covers(allowed, tree / "open" / "inner" / "file")
    assert covers(allowed, tree / "deep" / "er" / "open" / "file")
    assert covers(allowed, Path("/etc/passwd"))
    for hidden in ("secret/inner/file", "deep/er/secret/file", "link"):
        assert not covers(allowed, tree / hidden)
    assert not covers(allowed, tree)
    assert not covers(allowed, Path("/dev/sda"))


def test_hidden_in_hidden_and_by_a_link(tree: Path) -> None:
    """A hidden folder hides all that is in it; a link hides what it points to."""
    allowed = readable([tree / "link", tree / "secret" / "inner", tree / "missing" / "state"])
    assert not covers(allowed, tree / "secret" / "inner" / "file")
    assert covers(allowed, tree / "open")


def test_devices_are_named_one_by_one() -> None:
    """What programs need, and no disks."""
    found = devices()
    assert "/dev/null" in found
    assert not [path for path in found if path.startswith(("/dev/sd", "/dev/vd", "/dev/nvme", "/dev/mem"))]


@pytest.fixture
def order(world: World) -> Iterator[Order]:
    """Give a start of one worker's experiment, and what else there is in its run and in another one."""
    world.hand_over(world.experiment())
    underway = world.underway()
    underway.look()
    for name in ("20261122_000000", "20261122_000000-alpha"):
        (world.workspace.runs / name).mkdir()
    for name in ("sealed/beta", "records/beta", "records/alpha"):
        (world.workspace.run(RUN).folder / name).mkdir(parents=True)
    yield underway._courses[0].order
    underway.stop()


def test_the_place_of_a_process(order: Order, world: World, tmp_path: Path) -> None:
    """Hidden: the state folder, other workers, other runs, and what the run keeps of other directions."""
    place = place_of(order, world.state, [tmp_path / "out"])
    runs = world.workspace.runs
    assert set(place.hidden) == {
        world.state.folder,
        runs / f"{RUN}-beta",
        runs / "20261122_000000",
        runs / "20261122_000000-alpha",
        runs / RUN / "sealed" / "beta",
        runs / RUN / "records" / "beta",
    }
    assert (place.writable, place.network) == ((tmp_path / "out",), True)
