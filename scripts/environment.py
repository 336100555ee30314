"""In which Python do the scripts run? In `.venv` at the project's root, made and filled on the first call.

Each script calls `enter()` first. It needs nothing but the standard library, it installs exactly the versions
in constraints.txt, and once they are installed it contacts nothing: the digest of what was asked for lies in
`.venv/installed.sha256`, and only a different digest runs pip again. Several scripts may be started at once:
one installs, the others wait for it.

Rejected: a shell script (none that Windows knows too), and tools that would have to be installed first.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
"""The oldest Python that the package runs on; setup.cfg says the same."""

if sys.version_info < OLDEST:  # this file and its callers must be readable to older Pythons too
    _names = ["python3.%d" % minor for minor in range(OLDEST[1], OLDEST[1] + 4)]  # noqa: UP031  # old too
    _newer = [name for name in _names if shutil.which(name)] + _names[:1]
    sys.exit(
        "Python %d.%d or newer is needed, this is %s.\n  hint: %s %s"  # noqa: UP031  # the same
        % (OLDEST[0], OLDEST[1], sys.version.split()[0], _newer[0], " ".join(sys.argv))
    )

ROOT = Path(__file__).resolve().parent.parent
"""The project's root: the folder above this one."""
TAIL_LINES = 15
"""How much of a failed installation is shown."""
SHARED_LOCK_SECONDS = 0.1
"""How long to wait between two tries where the system has no lock that waits by itself."""


def enter(root: Path = ROOT) -> None:
    """Go on inside the project's own environment; returns only where the script already runs in it.

    Args:
        root: the folder that holds setup.cfg and `.venv`.

    Raises:
        SystemExit: with what pip or venv said, if the environment cannot be made.
    """
    venv = root / ".venv"
    if not is_current(root):
        with _locked(venv):
            if not is_current(root):
                _install(root)
    if not _runs_in(venv):
        _start_again(venv)


def is_current(root: Path) -> bool:
    """Tell whether `.venv` holds what setup.cfg and the constraints ask for, without starting anything."""
    stamp = root / ".venv" / "installed.sha256"
    return interpreter(root / ".venv").exists() and stamp.exists() and stamp.read_text() == wanted(root)


def wanted(root: Path) -> str:
    """Give the digest of what is to be installed, and where: a moved project has to be installed anew."""
    digest = hashlib.sha256(os.fsencode(root.resolve()))
    for path in (root / "setup.cfg", root / "scripts" / "constraints.txt"):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def interpreter(venv: Path) -> Path:
    """Give the path of the environment's Python, there or not."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def _runs_in(venv: Path) -> bool:
    return venv.exists() and Path(sys.prefix).resolve() == venv.resolve()


def become(command: list[str], environ: Mapping[str, str] = os.environ) -> NoReturn:
    """Replace this process by another one: its output, its signals and its exit code are then ours.

    Args:
        command: the program's path, and its arguments.
        environ: the variables that it sees.
    """
    sys.stdout.flush()
    if sys.platform == "win32":  # execve there returns to the shell before the new process is done
        sys.exit(subprocess.run(command, env=environ, check=False).returncode)
    os.execve(command[0], command, environ)  # noqa: S606  # no shell is what is wanted


def _start_again(venv: Path) -> NoReturn:
    """Run the same script with the same arguments by the environment's Python."""
    python = interpreter(venv)
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    environ = {**os.environ, "VIRTUAL_ENV": str(venv), "PATH": path}
    environ.pop("PYTHONHOME", None)
    become([str(python), *sys.argv], environ)


def _install(root: Path) -> None:
    """Make the environment if it is not whole, install the pinned versions, then say so in the stamp."""
    venv = root / ".venv"
    stamp = venv / "installed.sha256"
    stamp.unlink(missing_ok=True)
    print("installing the pinned packages into .venv; the first time this takes minutes ...", file=sys.stderr)
    if not interpreter(venv).exists() or not (venv / "pyvenv.cfg").exists():
        _clear(venv)
        _run([sys.executable, "-m", "venv", str(venv)], root, "the virtual environment could not be made")
    pip = [
        str(interpreter(venv)),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    pip += ["--constraint", str(root / "scripts" / "constraints.txt")]
    backend = _build_requirements(root)
    if backend:  # installed like the rest: its version is pinned too, and a later install needs no network
        _run([*pip, *backend], root, "the build backend could not be installed")
    _run([*pip, "--no-build-isolation", "--editable", ".[dev]"], root, "the packages could not be installed")
    fresh = stamp.with_suffix(".new")
    fresh.write_text(wanted(root))
    fresh.replace(stamp)


def _build_requirements(root: Path) -> list[str]:
    import tomllib  # not there yet where the version check above has to speak first

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(requirement) for requirement in project["build-system"]["requires"]]


def _clear(venv: Path) -> None:
    """Remove what is left of a broken environment, all but the lock that is held in it."""
    for path in venv.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "installing.lock":
            path.unlink()


def _run(command: list[str], root: Path, failure: str) -> None:
    """Run one step in silence; where it fails, end with the last lines of what it said."""
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode == 0:
        return
    said = done.stdout.decode(errors="replace").strip().splitlines()[-TAIL_LINES:]
    lines = [f"{failure}: {' '.join(command)}", *(f"  {line}" for line in said)]
    lines.append("  hint: mend what it names (network, disk, proxy) and call the same command again")
    sys.exit("\n".join(lines))


@contextlib.contextmanager
def _locked(venv: Path) -> Iterator[None]:
    """Hold the right to install; the system takes it back when this process ends, however it ends."""
    venv.mkdir(exist_ok=True)
    with (venv / "installing.lock").open("a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                    break
                except OSError:
                    time.sleep(SHARED_LOCK_SECONDS)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    enter()
    print(sys.executable)
