"""Does the environment make itself, once, offline where it can, and say clearly when it cannot?"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import environment
import pytest

BACKEND = """
import zipfile

METADATA = ("Metadata-Version: 2.1", "Name: sample", "Version: 1.0", "Provides-Extra: dev", "")
WHEEL = ("Wheel-Version: 1.0", "Generator: sample", "Root-Is-Purelib: true", "Tag: py3-none-any", "")

def get_requires_for_build_editable(settings=None):
    return []

def build_editable(folder, settings=None, metadata=None):
    name = "sample-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        for file, lines in ("METADATA", METADATA), ("WHEEL", WHEEL), ("RECORD", ()):
            wheel.writestr(f"sample-1.0.dist-info/{file}", "\\n".join(lines))
    return name
"""
"""A build backend that needs nothing from anywhere, so that these tests do not either."""
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project of one script, with nothing to install but itself."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(environment.__file__, tmp_path / "scripts" / "environment.py")
    (tmp_path / "scripts" / "constraints.txt").touch()
    (tmp_path / "setup.cfg").touch()
    (tmp_path / "backend.py").write_text(BACKEND)
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (tmp_path / "pyproject.toml").write_text(build)
    say = "import environment, sys; environment.enter(); print(sys.prefix, *sys.argv[1:]); sys.exit(7)"
    (tmp_path / "scripts" / "say.py").write_text(say)
    return tmp_path


def start(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the project's script by the Python that this environment was made from."""
    base: str = sys._base_executable  # type: ignore[attr-defined]  # the one that venv itself asks
    command = [base, str(project / "scripts" / "say.py"), *arguments]
    environ = {**os.environ, **OFFLINE}
    environ.pop("COVERAGE_PROCESS_START", None)
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_first_calls_install_once_and_go_on_inside(project: Path) -> None:
    """Install in one of two scripts started together; both go on inside, with arguments and exit code."""
    both = [start(project, "one", "two words"), start(project, "one", "two words")]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [7, 7], said
    assert {out for out, _ in said} == {f"{project / '.venv'} one two words\n"}
    assert "".join(err for _, err in said).count("installing") == 1
    assert environment.is_current(project)
    third = start(project)
    assert third.communicate(timeout=60) == (f"{project / '.venv'}\n", "")
    (project / "scripts" / "constraints.txt").write_text("# another digest\n")
    assert not environment.is_current(project)


def test_a_failing_pip_says_what_it_was(project: Path) -> None:
    """End with pip's own words and a hint, leave no stamp, and try again on the next call."""
    (project / "pyproject.toml").write_text('[build-system]\nrequires = ["no-such-package-of-ours==1"]\n')
    process = start(project)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (1, "")
    assert "the build backend could not be installed" in err
    assert "no-such-package-of-ours==1" in err
    assert "hint:" in err
    assert not environment.is_current(project)


def test_what_is_wanted_depends_on_files_and_place(project: Path) -> None:
    """Install anew when versions or the place change, and not when anything else does."""
    before = environment.wanted(project)
    (project / "README.md").write_text("other")
    assert environment.wanted(project) == before
    (project / "setup.cfg").write_text("[options]\n")
    changed = environment.wanted(project)
    assert changed != before
    moved = project.with_name("moved")
    project.rename(moved)
    assert environment.wanted(moved) != changed


def test_a_broken_environment_is_not_current(project: Path) -> None:
    """Notice that the Python which the environment was made from is gone."""
    venv = project / ".venv"
    python = environment.interpreter(venv)
    python.parent.mkdir(parents=True)
    (venv / "installed.sha256").write_text(environment.wanted(project))
    python.symlink_to(project / "gone")
    assert not environment.is_current(project)
    python.unlink()
    python.touch()
    assert environment.is_current(project)


def test_what_is_left_of_a_broken_environment_goes_but_the_lock(project: Path) -> None:
    """Start from nothing, while the lock that is held lies in the folder."""
    venv = project / ".venv"
    (venv / "lib" / "deep").mkdir(parents=True)
    for name in ("pyvenv.cfg", "installing.lock"):
        (venv / name).touch()
    (venv / "lib64").symlink_to("lib")
    environment._clear(venv)
    assert [path.name for path in venv.iterdir()] == ["installing.lock"]


def test_only_one_installs_at_a_time(project: Path) -> None:
    """Wait for who is installing, even if that is another process, and go on when it is gone."""
    hold = "with environment._locked(pathlib.Path('.venv')):\n  print(1, flush=True)\n  input()"
    command = [sys.executable, "-c", f"import environment, pathlib\n{hold}"]
    environ = {**os.environ, "PYTHONPATH": str(project / "scripts")}
    with subprocess.Popen(
        command, cwd=project, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        first.stdout.readline()
        second = start(project)
        time.sleep(0.3)  # real processes: long enough that one which does not wait would be seen installing
        assert second.poll() is None
        assert not (project / ".venv" / "pyvenv.cfg").exists()
        second.kill()
        second.communicate()
        first.kill()
    with environment._locked(project / ".venv"):
        assert (project / ".venv" / "installing.lock").exists()


def test_an_old_python_is_told_what_is_needed(tmp_path: Path) -> None:
    """Refuse before anything that an old Python cannot run, and name one that can."""
    source = Path(environment.__file__).read_text().replace("OLDEST = (3, 11)", "OLDEST = (4, 0)")
    script = tmp_path / "environment.py"
    script.write_text(source)
    done = subprocess.run([sys.executable, script, "--x"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 4.0 or newer is needed, this is 3.")
    assert "hint: python3.0 " in done.stderr
    assert done.stderr.rstrip().endswith("--x")
