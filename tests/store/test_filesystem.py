"""Is a file system that tells nothing known before somebody waits for it?"""

from pathlib import Path

import pytest

from coordinator.store.filesystem import UNKNOWN, delivers_events, kind

TABLE = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:30 / /mnt/data rw - nfs4 server:/data rw
31 30 0:31 / /mnt/data/fast rw master:2 propagate_from:1 - xfs /dev/sdb1 rw
32 22 0:32 / /mnt/my\040disk rw - fuse.sshfs you@host:/ rw
33 22 0:33 / /mnt/c rw - 9p drvfs rw
34 22 0:34 / /mnt/over rw - nfs server:/x rw
35 22 0:35 / /mnt/over rw - tmpfs tmpfs rw
a line that is none
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    """Write a table of mounts."""
    (tmp_path / "mountinfo").write_text(TABLE)
    return tmp_path / "mountinfo"


@pytest.mark.parametrize(
    ("path", "expected", "events"),
    [
        ("/somewhere", "ext4", True),
        ("/mnt/data", "nfs4", False),
        ("/mnt/data/runs", "nfs4", False),
        ("/mnt/database", "ext4", True),
        ("/mnt/data/fast/runs", "xfs", True),
        ("/mnt/my disk/runs", "fuse.sshfs", False),
        ("/mnt/c/you", "9p", False),
        ("/mnt/over/x", "tmpfs", True),
    ],
)
def test_the_nearest_mount_counts(mounts: Path, path: str, expected: str, events: bool) -> None:
    """Take the longest mount point that holds the path, and of two on one point the later."""
    assert kind(Path(path), mounts) == expected
    assert delivers_events(Path(path), mounts) is events


def test_without_a_table_events_are_hoped_for(tmp_path: Path) -> None:
    """Know nothing elsewhere, and say so."""
    assert kind(tmp_path, tmp_path / "nothing") == UNKNOWN
    assert delivers_events(tmp_path, tmp_path / "nothing") is True


def test_a_link_is_followed_to_its_file_system(mounts: Path, tmp_path: Path) -> None:
    """Ask about the place where the files really are."""
    (tmp_path / "link").symlink_to("/mnt/data")
    assert kind(tmp_path / "link" / "runs", mounts) == "nfs4"


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="Linux only")
def test_this_machine_has_an_answer(tmp_path: Path) -> None:
    """Read the real table."""
    assert kind(tmp_path) != UNKNOWN
