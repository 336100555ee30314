"""Where does an experiment put what is temporary? In a folder of its own, removed when its process has ended.

In the system's temporary folder and not among the outputs: paths of sockets must be short. What a killed
executor leaves there is removed by the next one of the same workspace, which the lock makes the only one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from coordinator.store.write import told

SEEDED = ("fontlist*.json", "fontList*.json")
"""Of what matplotlib keeps between its processes: made anew, it takes a second and more."""


class Scratch:
    """Temporary folders of one workspace's experiments.

    Args:
        root: of the workspace.
        base: where they are made; None: where the system wants it.
    """

    def __init__(self, root: Path, base: Path | None = None) -> None:
        place = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:8]
        self._base = Path(os.path.realpath(base or tempfile.gettempdir()))
        self._prefix = f"ar-{place}-"

    def make(self) -> Path:
        """Make a folder, readable by its owner alone.

        Raises:
            MachineError: the disk refused.
        """
        with told(self._base):
            return Path(tempfile.mkdtemp(prefix=self._prefix, dir=self._base))

    def clear(self) -> None:
        """Remove what earlier executors of this workspace left."""
        for left in self._base.glob(f"{self._prefix}*"):
            if not left.is_symlink() and left.stat().st_uid == _user():
                remove(left)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def remove(folder: Path) -> None:
    """Remove a folder, whatever an experiment made of the rights in it; what cannot be removed stays."""
    for path, folders, _ in os.walk(folder):
        for name in ("", *folders):
            below = Path(path, name)
            if not below.is_symlink():
                with suppress(OSError):
                    below.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def variables(folder: Path, bytecode: Path | None) -> dict[str, str]:
    """Give the environment variables that send what is temporary to a folder, and what is compiled to another.

    Bytecode is made anew: what lies in a `__pycache__` of the target or of the patches is not in the seal, and
    Python would read it in place of the source. To be told not to write it does not keep Python from reading.
    """
    at = str(folder)
    named = dict.fromkeys(("TMPDIR", "TMP", "TEMP", "JOBLIB_TEMP_FOLDER"), at)
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(bytecode or folder / "bytecode")}
    return named | compiled | {"MPLCONFIGDIR": f"{at}/matplotlib", "NUMBA_CACHE_DIR": f"{at}/numba"}


def seed(folder: Path, caches: Path) -> None:
    """Give matplotlib the list of fonts that the user's own programs made.

    Args:
        folder: an experiment's temporary folder.
        caches: the user's folder of caches.
    """
    place = folder / "matplotlib"
    place.mkdir(mode=0o700)
    for pattern in SEEDED:
        for known in (caches / "matplotlib").glob(pattern):
            if known.is_file():
                shutil.copyfile(known, place / known.name)
