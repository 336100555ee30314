"""Is a tree that uses more than it may noticed, and what does looking see? With real processes and files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import patience
import pytest

from coordinator.experiments.engines import Ended, Job, Limits, local, tree, usage
from coordinator.experiments.engines.local import LocalEngine
from coordinator.experiments.engines.usage import Meter

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

NONE = {"memory_mb": None, "outputs_mb": None, "cpu_seconds": None, "gpu_seconds": None, "folders": []}


def run(
    folder: Path, code: str, seconds: float = 20.0, *, temporary: str = "", **limits: object
) -> tuple[Ended, bytes]:
    """Run a piece of Python under a warden; give its end and what it said to stderr."""
    work = folder / "work"
    work.mkdir()
    sink = os.open(folder / "errors", os.O_RDWR | os.O_CREAT)
    environment = {**os.environ, **({"TMPDIR": temporary} if temporary else {})}
    granted = Limits(folders=(str(work),), **limits)
    command = (sys.executable, "-I", "-S", "-c", code)
    process = LocalEngine().start(Job(command, work, environment, seconds, sink, sink, granted))
    ended = patience.until(process.poll, seconds + patience.SECONDS)
    os.close(sink)
    return ended, (folder / "errors").read_bytes()


FAMILY = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        {each}
        time.sleep(60); os._exit(0)
time.sleep(60)
"""


def test_the_memory_of_all_processes_together(tmp_path: Path) -> None:
    """Three children that hold 60 MiB each are over 150 MiB, though none of them is alone."""
    code = FAMILY.format(each="block = bytearray(60 << 20); block[::4096] = bytes(len(block[::4096]))")
    ended, _ = run(tmp_path, code, memory_mb=150)
    assert (ended.limit, ended.exit_code) == ("memory", -9)
    assert ended.wall_seconds < 10
    assert ended.peak_memory_mb is not None
    assert 150 < ended.peak_memory_mb < 260


def test_memory_that_is_shared_counts_once(tmp_path: Path) -> None:
    """A block that three children only read is there once, and so is under the limit."""
    code = "block = bytearray(b'x') * (80 << 20)\n" + FAMILY.format(each="pass").replace("60", "1.0")
    ended, _ = run(tmp_path, code, memory_mb=200)
    assert (ended.limit, ended.exit_code) == ("", 0)
    assert ended.peak_memory_mb is not None
    assert 80 < ended.peak_memory_mb < 160


def test_one_process_is_refused_what_is_too_much(tmp_path: Path) -> None:
    """The kernel refuses a single process at once, without a look: it sees a MemoryError."""
    ended, said = run(tmp_path, "bytearray(500 << 20)", memory_mb=100)
    assert (ended.limit, ended.exit_code) == ("", 1)
    assert b"MemoryError" in said
    assert ended.peak_memory_mb is not None
    assert ended.peak_memory_mb < 100


@pytest.mark.parametrize(
    "code",
    [
        "import time\nfor k in range(40): open(f'{k}', 'wb').write(bytes(1 << 20))\ntime.sleep(60)",
        "import time\nfor k in range(4): open(f'{k}', 'wb').truncate(9 << 20)\ntime.sleep(60)",
        (
            "import os, time\nfor k in range(40):\n os.makedirs(f'{k}/a')\n"
            " open(f'{k}/a/b', 'wb').write(bytes(1 << 20))\ntime.sleep(60)"
        ),
        (
            "import os, time\nkept = []\nfor k in range(9):\n kept.append(open(f'x', 'wb', 0)); os.unlink('x')\n"
            " kept[-1].write(os.urandom(4 << 20))\ntime.sleep(60)"
        ),
        (
            "import os, time\nf = [os.memfd_create('x') for _ in range(5)]\n"
            "for n in f: os.write(n, bytes(9 << 20))\ntime.sleep(60)"
        ),
        "import time\nfor k in range(25_000): open(f'{k}', 'wb').close()\ntime.sleep(60)",
    ],
    ids=["many files", "sparse files", "in folders", "deleted and held open", "memfd", "a great many files"],
)
def test_outputs_beyond_the_limit(tmp_path: Path, code: str) -> None:
    """Whatever way it is written: the tree is killed while it runs."""
    ended, said = run(tmp_path, code, outputs_mb=10)
    assert (ended.limit, ended.exit_code) == ("outputs", -9), said


def test_a_temporary_folder_of_its_own_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the executor has too is shared with others, and what they write is not the experiment's doing."""
    own = tmp_path / "own"
    own.mkdir()
    code = "import os\nfor k in range(3): open(os.environ['TMPDIR'] + f'/{k}', 'wb').truncate(9 << 20)"
    ended, _ = run(tmp_path, code, temporary=str(own), outputs_mb=10)
    assert ended.limit == "outputs"
    monkeypatch.setenv("TMPDIR", str(own))
    (tmp_path / "work").rmdir()
    assert run(tmp_path, code, outputs_mb=10)[0].limit == ""


def test_one_file_is_refused_what_is_too_much(tmp_path: Path) -> None:
    """Also outside of the outputs, and by the length of a sparse file."""
    other = tmp_path / "elsewhere"
    ended, said = run(tmp_path, f"open({str(other)!r}, 'wb').truncate(1 << 40)", outputs_mb=10)
    assert (ended.limit, ended.exit_code) == ("", 1)
    assert b"File too large" in said
    assert other.stat().st_size == 0


def test_too_much_is_found_at_the_end_too(tmp_path: Path) -> None:
    """Whoever is quicker than the first look is over the limit all the same."""
    ended, _ = run(tmp_path, "for k in range(3): open(f'{k}', 'wb').truncate(9 << 20)", outputs_mb=10)
    assert (ended.limit, ended.exit_code) == ("outputs", 0)


def test_cpu_time_of_all_processes_together(tmp_path: Path) -> None:
    """Children that compute in parallel use up the share sooner, also where nobody waits for them."""
    code = "import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n" + FAMILY.format(
        each="\n        while True: pass"
    )
    ended, _ = run(tmp_path, code, cpu_seconds=1.0)
    assert ended.limit == "compute"
    assert ended.cpu_seconds is not None
    assert 1.0 <= ended.cpu_seconds < 4


def test_cpu_time_that_nobody_waits_for_is_seen(tmp_path: Path) -> None:
    """A parent that ignores its children hides their time from the kernel's sum; the looks have seen it."""
    code = """
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0:
    while time.process_time() < 1.0: pass
    time.sleep(2)
    open("done", "w").close()
    os._exit(0)
while not os.path.exists("done"): time.sleep(0.05)
"""
    ended, _ = run(tmp_path, code)
    assert ended.cpu_seconds is not None
    assert ended.cpu_seconds > 0.9


def test_too_many_processes(tmp_path: Path) -> None:
    """More than 512 at a time are killed."""
    code = "import os, time\nfor _ in range(700):\n if os.fork() == 0: time.sleep(60); os._exit(0)\ntime.sleep(60)"
    ended, _ = run(tmp_path, code)
    assert (ended.limit, ended.exit_code) == ("processes", -9)


FLOOD = """
import os
block = b"x" * (1 << 20)
while True:
    for stream in (1, 2):
        os.write(stream, block)
"""


def test_a_flood_of_prints(tmp_path: Path) -> None:
    """Whoever prints as fast as it can until the limit is cut off in time; disk and memory stay bounded."""
    ended, _ = run(tmp_path, FLOOD, seconds=3.0)
    assert (ended.limit, ended.exit_code) == ("time", -9)
    assert 3.0 <= ended.wall_seconds < 4.0
    assert (tmp_path / "errors").stat().st_size < 5 << 20


def test_the_warden_of_a_flood_stays_small(tmp_path: Path) -> None:
    """Of what is printed it keeps head and tail."""
    sink = os.open(os.devnull, os.O_WRONLY)
    command = (sys.executable, "-I", "-S", "-c", FLOOD)
    process = LocalEngine().start(Job(command, tmp_path, dict(os.environ), 2.0, sink, sink))
    assert isinstance(process, local.LocalProcess)
    peak = 0.0
    while process.poll() is None:
        seen = tree.look(process.pid)
        peak = max(peak, seen.resident_mb if seen else 0.0)
        time.sleep(0.02)
    os.close(sink)
    assert 5 < peak < 60


class Clock:
    """A clock that moves by a step whenever it is asked."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        """Give the time."""
        self.now += self.step
        return self.now


@pytest.mark.parametrize(("step", "wait"), [(0.0001, 0.1), (0.01, 0.2), (10.0, 1.0)])
def test_looks_that_cost_more_are_taken_less_often(step: float, wait: float) -> None:
    """A look takes at most 5 % of a core, but there is one a second whatever it costs."""
    clock = Clock(step)
    meter = Meter(NONE, os.getpid(), clock)
    meter.look()
    assert meter.due - clock.now == pytest.approx(wait, rel=0.3)


def test_what_the_system_does_not_tell(tmp_path: Path) -> None:
    """A process that is gone has what was known of it, and holds nothing."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", ""]) as child:
        pass
    assert usage.proportional_mb(child.pid, 7.0) == 7.0
    assert usage.held_bytes(child.pid) == 0
    assert usage.measured(str(tmp_path / "nowhere"), 10, 10) == (0, 0)


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link to a large file or folder is not large."""
    (tmp_path / "large").write_bytes(bytes(100_000))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").symlink_to(tmp_path / "large")
    (folder / "all").symlink_to(tmp_path)
    assert usage.measured(str(folder), 1e9, 100) == (0, 2)


def test_a_lower_limit_stays(tmp_path: Path, starts: Callable[[str], str]) -> None:
    """What somebody set lower before is not raised."""
    code = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from coordinator.experiments.engines import usage
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
usage.confine({"memory_mb": None, "outputs_mb": 10})
print(resource.getrlimit(resource.RLIMIT_FSIZE) == (1 << 20, 1 << 20))
"""
    assert starts(code) == "True"


@pytest.fixture
def starts() -> Callable[[str], str]:
    """Give what runs a piece of Python in a process of its own and gives what it prints."""

    def start(code: str) -> str:
        command = [sys.executable, "-c", code, local.ROOT]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    return start
