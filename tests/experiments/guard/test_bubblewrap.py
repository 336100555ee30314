"""Is bubblewrap told everything? And does it hold, where it is installed and allowed?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from coordinator.experiments.engines import Job
from coordinator.experiments.guard.hold import BubblewrapHold, attempt
from coordinator.experiments.guard.place import Place
from coordinator.model.protection import Protection


def test_its_options(tmp_path: Path) -> None:
    """Everything read-only, what is hidden covered, what is writable bound over that, and then the program."""
    for name in ("out", "secret"):
        (tmp_path / name).mkdir()
    out, secret = tmp_path / "out", tmp_path / "secret"
    place = Place((out,), (secret, tmp_path / "gone"), network=False)
    job = Job(("python", "-c", "pass"), out, {}, 1, 1, 2)
    argv = BubblewrapHold("/usr/bin/bwrap").over(job, place).argv
    told = " ".join(argv)
    assert argv[0] == "/usr/bin/bwrap"
    assert "--unshare-net" in argv
    assert told.index("--ro-bind / /") < told.index(f"--tmpfs {secret} ") < told.index(f"--bind {out} {out}")
    assert "gone" not in told
    assert told.endswith(f"--chdir {out} -- python -c pass")
    free = Place((out,), (), network=True)
    assert "--unshare-net" not in BubblewrapHold("bwrap").over(job, free).argv


def test_it_holds() -> None:
    """Tried with the real one: everything that is claimed of it failed."""
    program = shutil.which("bwrap")
    if program is None:
        pytest.skip("bubblewrap is not installed")
    found, failed = attempt(BubblewrapHold(program))
    if failed:
        pytest.skip(f"bubblewrap does not work here: {failed}")
    assert found >= {Protection.WRITES, Protection.METADATA, Protection.READS, Protection.PROCESSES, Protection.NETWORK}
