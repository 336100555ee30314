"""Is what must stay out of the workers' reach kept there, once, and privately?"""

import os
import stat
import threading
from pathlib import Path

import pytest

from coordinator.errors import MachineError
from coordinator.store import state as state_module
from coordinator.store.state import SECRET_BYTES, State

UID = "0123456789abcdef" * 2


def test_the_place_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Follow XDG on Unix, and Windows' own custom there."""
    home = {"HOME": "/home/you"}
    local = Path("/home/you/.local/state/autoresearcher")
    assert State.default({"XDG_STATE_HOME": "/s", **home}).folder == Path("/s/autoresearcher")
    assert State.default(home).folder == local
    assert State.default({"XDG_STATE_HOME": "relative", **home}).folder == local
    assert State.default({}).folder == Path.home() / ".local" / "state" / "autoresearcher"
    monkeypatch.setattr(state_module.sys, "platform", "win32")
    assert State.default({"LOCALAPPDATA": "/l"}).folder == Path("/l/autoresearcher")
    assert State.default({}).folder == Path.home() / "AppData" / "Local" / "autoresearcher"


def test_a_workspace_has_locks_of_its_own(tmp_path: Path) -> None:
    """Name a workspace by where it really lies, so that a link to it does not open a second door."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "link").symlink_to("one")
    state = State(tmp_path / "state")
    assert state.coordinator_lock(tmp_path / "one") == state.coordinator_lock(tmp_path / "link")
    assert state.coordinator_lock(tmp_path / "one") != state.coordinator_lock(tmp_path / "two")
    assert state.coordinator_lock(tmp_path / "one") != state.executor_lock(tmp_path / "one")
    assert state.executor_log(tmp_path / "one").parent == state.executor_lock(tmp_path / "one").parent


def test_a_run_has_files_of_its_own(tmp_path: Path) -> None:
    """Keep the files of two runs apart, and a uid from becoming any other path."""
    state = State(tmp_path)
    assert state.anchor(UID) != state.anchor("f" * 32)
    assert state.anchor(UID) != state.ledger_lock(UID)
    for uid in ("../" + UID, UID.upper(), "", UID[:-1]):
        with pytest.raises(AssertionError):
            state.anchor(uid)


def test_frozen_copies_are_found_by_run(tmp_path: Path) -> None:
    """List the copies of one run's frozen files, and no other's."""
    state = State(tmp_path)
    first, second = state.frozen("20261123_143022", "a" * 64), state.frozen("20261123_143023", "a" * 64)
    assert state.frozen_copies("20261123_143022") == []
    first.parent.mkdir()
    first.touch()
    second.touch()
    assert state.frozen_copies("20261123_143022") == [first]


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """Give the same 32 bytes to everybody who asks, and other ones for another run."""
    state = State(tmp_path / "state")
    assert not state.has_secret(UID)
    secret = state.secret(UID)
    assert len(secret) == SECRET_BYTES
    assert state.has_secret(UID)
    assert State(tmp_path / "state").secret(UID) == secret
    assert state.secret("f" * 32) != secret


@pytest.mark.skipif(os.name == "nt", reason="permissions are another thing there")
def test_everything_is_private(tmp_path: Path) -> None:
    """Let nobody else look, in a folder that was there before too."""
    (tmp_path / "state").mkdir(mode=0o755)
    state = State(tmp_path / "state")
    state.secret(UID)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (state.folder, *sorted(state.folder.rglob("*")))}
    assert modes == {"state": 0o700, "runs": 0o700, UID: 0o700, "secret": 0o600}


def test_everybody_who_asks_at_once_gets_the_same(tmp_path: Path) -> None:
    """Let one win, and give its secret to all."""
    state = State(tmp_path)
    start = threading.Barrier(8)
    secrets: list[bytes] = []

    def ask() -> None:
        start.wait()
        secrets.append(state.secret(UID))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(secrets) == 8
    assert len(set(secrets)) == 1
    assert [path.name for path in state.anchor(UID).parent.iterdir()] == ["secret"]


@pytest.mark.parametrize("there", [b"", b"short", b"x" * 33])
def test_what_is_no_secret_is_not_replaced(tmp_path: Path, there: bytes) -> None:
    """Stop at a damaged secret: another one would give other seeds."""
    state = State(tmp_path)
    state.prepare(UID)
    (state.anchor(UID).parent / "secret").write_bytes(there)
    with pytest.raises(MachineError, match="not the secret"):
        state.secret(UID)
