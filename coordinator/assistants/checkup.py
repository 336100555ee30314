"""Is each installed client ready for a night? What `doctor` says about them, with what would mend it.

Read from the clients' own files in the user's home, which are theirs and may change: what cannot be read there
counts as not trusted, since a client that asks at night is worse than a question too many before.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coordinator.assistants import codex, commands
from coordinator.assistants.setup import settle
from coordinator.model.settings import Settings
from coordinator.store.clients import ClientPaths
from coordinator.store.layout import Workspace

ASK_SECONDS = 30.0
"""How long a program may take to say what it is."""
INSIDE = {"CLAUDECODE": "Claude Code", "CODEX_THREAD_ID": "Codex"}
"""Variables by which a client says that it has called us."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at.

    Args:
        what: name.
        fine: nothing is to be done.
        found: what there is.
        mend: what would make it better; empty if nothing would.
    """

    what: str
    fine: bool
    found: str
    mend: str = ""


def check(workspace: Workspace, settings: Settings, environ: Mapping[str, str], here: Path) -> Iterator[Checked]:
    """Look at every client.

    Args:
        workspace: that they are to work in.
        settings: that their own are made from.
        environ: of the shell that they would be started in.
        here: the folder that we were called in.
    """
    found = commands.all_installed(environ.get("PATH"))
    if not found:
        yield Checked("assistants", fine=True, found="no client is installed on this PATH")
        return
    yield _python(environ, workspace)
    yield from _called_by(workspace, environ, here)
    home = Path(environ.get("HOME") or Path.home())
    for client, program in found.items():
        yield _version(client, program)
        yield _settings(workspace, settings, client)
    if "claude" in found:
        yield _claude_trust(workspace, home)
    if "codex" in found:
        config = _toml(Path(environ.get("CODEX_HOME") or home / ".codex") / "config.toml")
        yield _codex_trust(workspace, config)
        yield _codex_hooks(workspace, config)
        hidden = "hides the network, loopback too, and GPUs; our commands run outside of it, experiments beside `watch`"
        yield Checked("codex sandbox", fine=True, found=hidden)
    if "cursor" in found:
        mend = "use its editor, or another client for `launch`; nothing inside of Cursor was tried by us"
        yield Checked(
            "cursor headless", fine=False, found="`-p` writes no files without allowing everything", mend=mend
        )


def _python(environ: Mapping[str, str], workspace: Workspace) -> Checked:
    """Ask the `python` that a client's shell would find whether it has the coordinator."""
    program = shutil.which("python", path=environ.get("PATH"))
    mend = "start the client from the environment that has the coordinator: `source .venv/bin/activate`"
    if program is None:
        return Checked("python for assistants", fine=False, found="no `python` on this PATH", mend=mend)
    asked = _said([program, "-c", "import coordinator"], {**environ, "PYTHONSAFEPATH": "1"}, workspace.root)
    found = program if asked is not None else f"{program} has no coordinator"
    return Checked("python for assistants", fine=asked is not None, found=found, mend="" if asked is not None else mend)


def _called_by(workspace: Workspace, environ: Mapping[str, str], here: Path) -> Iterator[Checked]:
    """Where a client calls us, say whether it was started in the root."""
    for variable, name in INSIDE.items():
        if environ.get(variable):
            fine = here.resolve() == workspace.root.resolve()
            mend = "" if fine else f"start {name} in {workspace.root}: settings elsewhere are not read"
            yield Checked(f"{name} was started in", fine=fine, found=str(here), mend=mend)


def _version(client: str, program: str) -> Checked:
    said = _said([program, "--version"], os.environ, Path(program).parent)
    mend = "" if said is not None else f"call `{program} --version` and see what it says"
    return Checked(client, fine=said is not None, found=f"{said or 'does not answer'} ({program})", mend=mend)


def _settings(workspace: Workspace, settings: Settings, client: str) -> Checked:
    wrong = [one for one in settle(workspace, settings, client, check=True) if not one.current]
    if not wrong:
        return Checked(f"{client} settings", fine=True, found="current")
    problems = [str(problem) for one in wrong for problem in one.problems]
    found = "; ".join(problems) or f"not current: {', '.join(one.path for one in wrong)}"
    return Checked(
        f"{client} settings", fine=False, found=found, mend=f"python -m coordinator assistants setup {client}"
    )


def _claude_trust(workspace: Workspace, home: Path) -> Checked:
    said: Any = {}
    with suppress(OSError, ValueError):
        said = json.loads((home / ".claude.json").read_bytes())
    projects = said.get("projects") if isinstance(said, dict) else None
    known = projects.get(str(workspace.root)) if isinstance(projects, dict) else None
    trusted = isinstance(known, dict) and known.get("hasTrustDialogAccepted") is True
    mend = "" if trusted else "start `claude` there once and trust the folder (Down, Enter); `launch` works without"
    return Checked("claude trusts the folder", fine=trusted, found="yes" if trusted else "no", mend=mend)


def _codex_trust(workspace: Workspace, config: Mapping[str, Any]) -> Checked:
    projects = config.get("projects", {})
    known = [projects[str(folder)] for folder in (workspace.root, *workspace.root.parents) if str(folder) in projects]
    trusted = bool(known) and known[0].get("trust_level") == "trusted"
    mend = "" if trusted else "start `codex` there once and trust the folder: else its sandbox writes nothing"
    return Checked("codex trusts the folder", fine=trusted, found="yes" if trusted else "no", mend=mend)


def _codex_hooks(workspace: Workspace, config: Mapping[str, Any]) -> Checked:
    """Count the trusted hooks: Codex notes each by the path of its file, its event and its place."""
    hooks = config.get("hooks", {})
    state = hooks.get("state", {}) if isinstance(hooks, dict) else {}
    begin = f"{ClientPaths(workspace.root).codex_hooks}:"
    trusted = [name for name in state if name.startswith(begin)]
    wanted = len(codex.hooks()["hooks"])
    fine = len(trusted) >= wanted
    mend = "" if fine else "start `codex` there once and choose to trust all hooks; until then it skips them in silence"
    return Checked("codex trusts the hooks", fine=fine, found=f"{len(trusted)} of {wanted}", mend=mend)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _said(command: list[str], environ: Mapping[str, str], where: Path) -> str | None:
    """Give the first line that a program prints; None if it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=where,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ASK_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return (done.stdout.strip().splitlines() or [""])[0]
