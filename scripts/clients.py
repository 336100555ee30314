"""Install the clients that the tests of `coordinator/assistants` drive: pinned, out of the tree, once.

    python3 scripts/clients.py       prints where each is, or why it is not there

They come from npm's registry, by npm; their native programs need no Node. Nobody's own installation, home or login
is touched, and nothing is contacted after that: the tests run them in a network that has loopback only.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PINNED = {"claude": "@anthropic-ai/claude-code@2.1.330", "codex": "@openai/codex@0.169.0"}
"""As tried; a release may change what a rule means."""
PLACES = {
    "claude": "@anthropic-ai/claude-code-*/claude",
    "codex": "@openai/codex-*/vendor/*/bin/codex",
}
HOME = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "autoresearcher" / "assistants"
"""Neither in the tree nor in a temporary folder, which Codex trusts less."""
LIMIT_SECONDS = 240
OPT_IN = "AUTORESEARCH_ASSISTANTS"
"""Environment variable that asks for the tests with real clients; `scripts/test.py --assistants` sets it."""


def folder() -> Path:
    """Give where these versions are installed."""
    versions = "-".join(pinned.rsplit("@", 1)[1] for pinned in PINNED.values())
    return HOME / f"clients-{versions}"


def program(client: str) -> Path | None:
    """Give a client's program; None if it is not installed."""
    found = sorted((folder() / "node_modules").glob(PLACES[client]))
    return found[0] if found else None


def missing(client: str) -> str:
    """Say why the tests with a client cannot run; empty if they can."""
    if not os.environ.get(OPT_IN):
        return "tests with the real clients were not asked for: `python3 scripts/test.py --assistants`"
    if program(client) is not None:
        return ""
    note = folder() / "failure.json"
    if not note.exists():
        return f"{PINNED[client]} is not installed: `python3 scripts/test.py --assistants` does it"
    return f"{PINNED[client]} could not be installed: {json.loads(note.read_text())}"


def install() -> None:
    """Install what is missing; why that failed is noted, for the tests that are skipped then."""
    if all(program(client) for client in PINNED):
        return
    note = folder() / "failure.json"
    try:
        folder().mkdir(parents=True, exist_ok=True)
        failure = _npm()
        if failure:
            note.write_text(json.dumps(failure))
        else:
            note.unlink(missing_ok=True)
    except OSError as error:  # the other tests are run all the same
        print(f"the clients cannot be installed: {error}", file=sys.stderr)


def _npm() -> str:
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not on this machine"
    with tempfile.TemporaryDirectory(dir=folder()) as fresh:
        quick = ("--fetch-retries=1", "--fetch-timeout=60000")  # CI has to be over in time without a registry, too
        silent = ("--no-audit", "--no-fund", "--ignore-scripts")
        command = [npm, "install", "--prefix", fresh, *silent, *quick, *PINNED.values()]
        print("installing the clients for the tests; this takes a minute ...", file=sys.stderr)
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return f"npm took longer than {LIMIT_SECONDS} s: the registry is not reachable"
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if "error" in line.lower()]
            return " ".join(["npm failed:", *said[:3]])
        modules = folder() / "node_modules"
        shutil.rmtree(modules, ignore_errors=True)
        (Path(fresh) / "node_modules").rename(modules)
    return ""


def main() -> int:
    """Install, and say what there is."""
    os.environ[OPT_IN] = "1"
    install()
    for client in PINNED:
        print(f"{client}: {program(client) or missing(client)}")
    return 1 if any(missing(client) for client in PINNED) else 0


if __name__ == "__main__":
    sys.exit(main())
