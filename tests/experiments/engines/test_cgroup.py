"""Is a place for control groups found, and is one used for all that it can do?

Where no memory controller is to be had the files of a group are simulated by plain ones; what really needs the
kernel is skipped where this user may make no groups.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import patience
import pytest

from coordinator.experiments.engines import Job, Limits, cgroup, local
from coordinator.experiments.engines.cgroup import Group
from coordinator.experiments.engines.local import LocalEngine

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has control groups")

MOUNTS = "31 23 0:27 / {0} rw,nosuid shared:9 - cgroup2 cgroup2 rw\n30 23 0:26 / /x rw - cgroup cgroup rw,memory\n"


def place(tmp_path: Path, own: str, **controllers: str) -> tuple[str, str]:
    """Simulate what the system says of mounts and of our own group; groups by name with their controllers."""
    for name, found in controllers.items():
        folder = tmp_path / "fs" / name.replace("_", "/")
        folder.mkdir(parents=True)
        (folder / "cgroup.subtree_control").write_text(found)
    mounts, inside = tmp_path / "mounts", tmp_path / "own"
    mounts.write_text(MOUNTS.format(tmp_path / "fs"))
    inside.write_text(f"9:memory:/other\n0::{own}\n")
    return str(mounts), str(inside)


def test_the_parent_that_has_the_memory_controller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own group has members and so cannot give its controllers on; its parent can."""
    monkeypatch.setattr(cgroup, "_usable", lambda _folder: True)
    said = place(tmp_path, "/user/session", user="memory pids", user_session="")
    assert cgroup.home(*said) == str(tmp_path / "fs" / "user")


def test_a_place_without_memory_is_better_than_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It still ends a tree at once."""
    monkeypatch.setattr(cgroup, "_usable", lambda folder: folder.endswith("session"))
    said = place(tmp_path, "/user/session", user="memory", user_session="")
    assert cgroup.home(*said) == str(tmp_path / "fs" / "user" / "session")


def test_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not mounted, not usable, or no member of any group: then nothing."""
    said = place(tmp_path, "/", user="")
    assert cgroup.home(str(tmp_path / "none"), said[1]) == ""
    assert cgroup.home(said[0], str(tmp_path / "none")) == ""
    monkeypatch.setattr(cgroup, "_usable", lambda _folder: False)
    assert cgroup.home(*said) == ""


def test_a_folder_that_is_no_group_is_not_usable(tmp_path: Path) -> None:
    """Tried by moving a process into it: in a plain folder there is nothing that could be written to kill."""
    assert not cgroup._usable(str(tmp_path / "nowhere"))
    (tmp_path / "plain").mkdir()
    assert not cgroup._usable(str(tmp_path / "plain"))


def test_what_a_group_is_set_to_and_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits of memory without swap, all members ended together; peak, CPU time and kills are read. Simulated."""
    folder = Path(cgroup.name(str(tmp_path), os.getpid()))
    made = os.mkdir

    def with_files(path: str) -> None:
        made(path)
        for name in ("memory.max", "memory.swap.max", "memory.oom.group", "pids.max"):
            (Path(path) / name).write_text("max")

    monkeypatch.setattr(os, "mkdir", with_files)
    group = Group.make(str(tmp_path), 100, 4096)
    assert group is not None
    set_to = {path.name: path.read_text() for path in folder.iterdir()}
    assert set_to == {
        "memory.max": str(100 << 20),
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "pids.max": "4096",
    }
    assert (group.peak_mb, group.cpu_seconds, group.out_of_memory) == (0, 0, False)
    (folder / "memory.peak").write_text(f"{7 << 20}\n")
    (folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (folder / "memory.events").write_text("low 0\noom_kill 2\n")
    assert (group.peak_mb, group.cpu_seconds, group.out_of_memory) == (7, 1.5, True)
    group.kill()
    group.join()
    assert (folder / "cgroup.kill").read_text() == "1"
    assert (folder / "cgroup.procs").read_text() == str(os.getpid())


def test_a_system_that_refuses_makes_none(tmp_path: Path) -> None:
    """Then the limits are sampled."""
    assert Group.make(str(tmp_path / "nowhere"), 100, 4096) is None


def test_the_word_in_records(tmp_path: Path) -> None:
    """It says whether the kernel limits memory, only ends the tree, or neither."""
    place(tmp_path, "/", user="memory", root="")
    words = [local.means(""), local.means(str(tmp_path / "fs" / "user")), local.means(str(tmp_path / "fs" / "root"))]
    assert words == ["sampled", "cgroup", "cgroup without memory, sampled"]


def test_the_group_of_a_killed_warden_is_ended_and_removed(tmp_path: Path) -> None:
    """Its members die at once, whatever session they are in, and nothing is left in the file system."""
    home = cgroup.home()
    if not home:
        pytest.skip("this user may make no control groups here")
    sink = os.open(os.devnull, os.O_WRONLY)
    code = "import os, time\nif os.fork() == 0: os.setsid()\ntime.sleep(60)"
    command = (sys.executable, "-I", "-S", "-c", code)
    engine = LocalEngine(groups=home)
    process = engine.start(Job(command, tmp_path, dict(os.environ), 60, sink, sink, Limits()))
    assert isinstance(process, local.LocalProcess)
    folder = Path(cgroup.name(home, process.pid))
    patience.until(lambda: folder.exists() and len((folder / "cgroup.procs").read_text().split()) >= 2)
    os.kill(process.pid, signal.SIGKILL)
    patience.until(process.poll)
    os.close(sink)
    assert not folder.exists()
