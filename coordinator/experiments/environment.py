"""With which interpreter and packages does an experiment run? Facts for its record.

Read from the interpreter itself: ours by importlib.metadata, a target's own (`executor.python`) by asking it
once. Remembered until something is installed or removed, which shows in the folders that it imports from.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata

from coordinator.errors import MachineError

ASK_SECONDS = 60
"""How long an interpreter may take to say what it is: a cold network disk takes some ten seconds."""

_QUESTION = """
import json, platform, sys
from importlib import metadata
packages = {d.metadata["Name"]: d.version for d in metadata.distributions() if d.metadata["Name"]}
print(json.dumps({"python": platform.python_version(), "packages": packages, "folders": sys.path}))
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """What an interpreter is and has.

    Args:
        interpreter: path of the program.
        python: its version.
        packages: installed distribution -> version.
        platform: operating system and processor.
        folders: where it imports from.
    """

    interpreter: str
    python: str
    packages: Mapping[str, str]
    platform: str
    folders: tuple[str, ...]


@dataclass(slots=True)
class Environments:
    """What is known of each interpreter, asked again when its folders have changed."""

    _known: dict[str, tuple[Environment, tuple[int, ...]]] = field(default_factory=dict)

    def of(self, interpreter: str | None) -> Environment:
        """Give the environment of an interpreter.

        Args:
            interpreter: path or name of the program; None is the one that runs this.

        Raises:
            MachineError: it cannot be started, or is no Python 3.8 or later.
        """
        program = interpreter or sys.executable
        known = self._known.get(program)
        if known is None or known[1] != _changed_at(known[0].folders):
            found = ask(program) if interpreter else _ours()
            known = self._known[program] = (found, _changed_at(found.folders))
        return known[0]


def _changed_at(folders: Sequence[str]) -> tuple[int, ...]:
    """Give the time of the last change in each folder; 0 where there is none."""
    return tuple(os.stat(folder).st_mtime_ns if os.path.isdir(folder) else 0 for folder in folders)  # noqa: PTH112, PTH116  # strings in, numbers out


def _ours() -> Environment:
    installed = ((found.metadata["Name"], found.version) for found in metadata.distributions())
    packages = {name: version for name, version in installed if name}
    return Environment(sys.executable, platform.python_version(), packages, platform.platform(), tuple(sys.path))


def ask(program: str) -> Environment:
    """Ask a foreign interpreter what it is and has.

    Raises:
        MachineError: it cannot be started, or its answer cannot be understood.
    """
    hint = "set executor.python in config/config.yaml to the path of a Python 3.8 or later"
    try:
        done = subprocess.run(
            [program, "-c", _QUESTION], capture_output=True, check=True, timeout=ASK_SECONDS, cwd=os.sep
        )
        said = json.loads(done.stdout)
        packages = {str(name): str(version) for name, version in said["packages"].items()}
        folders = tuple(str(folder) for folder in said["folders"])
        return Environment(program, str(said["python"]), packages, platform.platform(), folders)
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MachineError("this interpreter does not answer", path=program, hint=hint) from error
