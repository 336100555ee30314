"""An experiment that tries every way to change what it must not. Run by the executor, not by pytest.

`run` is called with the places; each place has a file of its own for each way, so that whatever one way
brings about leaves the others alone. What came of each attempt is in its outputs.
"""

import json
import mmap
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

OUTPUTS = Path(os.environ.get("AUTORESEARCH_OUTPUTS", "."))


def append(path: Path | str | int) -> None:
    """Write to the end of a file that is there."""
    opened = os.open(path, os.O_WRONLY | os.O_APPEND) if not isinstance(path, int) else path
    os.write(opened, b"appended")
    os.close(opened)


def fresh(path: Path) -> Path:
    """Give a name among the outputs that nothing has yet."""
    return OUTPUTS / f"{path.parent.parent.name}-{path.name}-{len(list(OUTPUTS.iterdir()))}"


def replaced(path: Path) -> None:
    """Rename a file of our own over it."""
    ours = fresh(path)
    ours.write_text("ours")
    ours.replace(path)


def linked(path: Path) -> None:
    """Write through a hard link among the outputs."""
    link = fresh(path)
    os.link(path, link)
    append(link)


def pointed_to(path: Path) -> None:
    """Write through a symbolic link among the outputs."""
    link = fresh(path)
    link.symlink_to(path)
    append(link)


def through_a_linked_folder(path: Path) -> None:
    """Write through a link to its folder."""
    link = fresh(path)
    link.symlink_to(path.parent)
    append(link / path.name)


def reopened(path: Path) -> None:
    """Open it for reading, and then once more, by way of the descriptor, for writing."""
    opened = os.open(path, os.O_RDONLY)
    append(f"/proc/self/fd/{opened}")


def mapped(path: Path) -> None:
    """Write to a mapping of it."""
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapping:
        mapping[0:1] = b"M"


def mapped_from_before(path: Path) -> None:
    """Write to a mapping, by way of a descriptor that was opened for reading before."""
    opened = os.open(path, os.O_RDONLY)
    with Path(f"/proc/self/fd/{opened}").open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapping:
        mapping[0:1] = b"M"


def beneath_a_held_folder(path: Path) -> None:
    """Write beneath a descriptor of its folder."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    append(os.open(path.name, os.O_WRONLY | os.O_APPEND, dir_fd=folder))


def on_a_descriptor(change: Callable[[int], None]) -> Callable[[Path], None]:
    """Change what belongs to a file by a descriptor that may only read it."""

    def attempt(path: Path) -> None:
        opened = os.open(path, os.O_RDONLY)
        change(opened)

    return attempt


def by_a_child(path: Path) -> None:
    """Let a shell do it."""
    subprocess.run(["/bin/sh", "-c", 'echo x >> "$1"', "sh", path], check=True, stderr=subprocess.DEVNULL)


def by_a_grandchild_of_its_own_session(path: Path) -> None:
    """Let a process do it that has left session and parent."""
    code = "import os, sys; os.setsid(); os.open(sys.argv[1], os.O_WRONLY | os.O_TRUNC)"
    nested = (
        "import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-I', '-S', '-c', *sys.argv[1:]]).returncode)"
    )
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", nested, code, path], check=True, start_new_session=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def by_a_fork(path: Path) -> None:
    """Let a forked process do it."""
    pid = os.fork()
    if pid == 0:
        try:
            append(path)
        except OSError:
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        raise PermissionError("in the child")


def by_a_thread(path: Path) -> None:
    """Let a thread do it."""
    failures: list[OSError] = []

    def work() -> None:
        try:
            append(path)
        except OSError as error:
            failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def beside(path: Path) -> Path:
    """Name something new in its folder."""
    return path.with_name(f"{path.name}.new")


WRITING: dict[str, Callable[[Path], object]] = {
    "write": lambda path: path.write_text("written"),
    "append": append,
    "rename": lambda path: path.rename(beside(path)),
    "rename_to_outputs": lambda path: path.rename(fresh(path)),
    "move_to_outputs": lambda path: shutil.move(path, fresh(path)),
    "replace": replaced,
    "unlink": lambda path: path.unlink(),
    "create": lambda path: beside(path).write_text("new"),
    "mkdir": lambda path: beside(path).mkdir(),
    "mkfifo": lambda path: os.mkfifo(beside(path)),
    "symlink_beside": lambda path: beside(path).symlink_to("anywhere"),
    "link_beside": lambda path: os.link(path, beside(path)),
    "hard_link": linked,
    "symbolic_link": pointed_to,
    "linked_folder": through_a_linked_folder,
    "dot_dot": lambda path: append(os.path.relpath(path)),
    "proc_root": lambda path: append(f"/proc/self/root{path}"),
    "proc_cwd": lambda path: append(f"/proc/self/cwd/{os.path.relpath(path)}"),
    "proc_fd": reopened,
    "held_folder": beneath_a_held_folder,
    "mmap": mapped,
    "mmap_opened_before": mapped_from_before,
    "subprocess": by_a_child,
    "own_session": by_a_grandchild_of_its_own_session,
    "fork": by_a_fork,
    "thread": by_a_thread,
}
"""Ways that Landlock refuses in every version."""
TRUNCATING: dict[str, Callable[[Path], object]] = {"truncate": lambda path: os.truncate(path, 0)}
"""Refused since its version 3, or by a read-only mount."""
METADATA: dict[str, Callable[[Path], object]] = {
    "chmod": lambda path: path.chmod(0o640),
    "utime": lambda path: os.utime(path, (1, 1)),
    "chown": lambda path: os.chown(path, os.getuid(), os.getgid()),
    "fchmod": on_a_descriptor(lambda opened: os.fchmod(opened, 0o640)),
    "futime": on_a_descriptor(lambda opened: os.utime(opened, (1, 1))),
    "chmod_by_subprocess": lambda path: subprocess.run(
        ["/bin/chmod", "640", path], check=True, stderr=subprocess.DEVNULL
    ),
}
"""Refused by a read-only mount alone."""
WAYS = WRITING | TRUNCATING | METADATA


def attempt(way: Callable[[Path], object], path: Path) -> str:
    """Try one thing; say how it ended."""
    try:
        way(path)
    except (OSError, subprocess.CalledProcessError) as error:
        return type(error).__name__
    return "done"


def run(places: dict[str, str], readable: dict[str, str]) -> None:
    """Try everything everywhere.

    Args:
        places: name -> a folder with a file for each way, or one file that is there for all of them.
        readable: name -> a file to read.
    """
    results = {
        name: {
            way: attempt(act, Path(place, way) if Path(place).is_dir() else Path(place)) for way, act in WAYS.items()
        }
        for name, place in places.items()
    }
    results["read"] = {name: attempt(Path.read_bytes, Path(path)) for name, path in readable.items()}
    (OUTPUTS / "attempts.json").write_text(json.dumps(results))
    (OUTPUTS / "metrics.json").write_text('{"score": 1}')
