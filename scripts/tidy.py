"""Does the code keep the house rules that no linter knows? Each breach names what to do instead.

    python3 scripts/tidy.py          prints `path:line: rule: what to do instead`; exit code 1 if there is any

The rules are in house_rules.py; this holds the project's files against them, and tests/test_tidy.py shows
each of them a bad sample.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from house_rules import ROOT, RULES, Source, nets

TEXT = frozenset({".py", ".md", ".cfg", ".toml", ".txt", ".yaml", ".yml", ".json", ".j2", ".sh", ".rules", ".mdc", ""})
NOT_OURS = frozenset({"runs", "build", "raw", "__pycache__"})


def breaches(sources: Iterable[Source]) -> list[str]:
    """Give every breach in these files as `path:line: rule: what to do instead`."""
    result = []
    caught = []
    for source in sources:
        if torn := source.torn:
            result.append(f"{source.path}:{torn}: syntax: no rule can read it; mend it first")
            continue
        for name, check in RULES.items():
            result += [f"{source.path}:{line}: {name}: {message}" for line, message in check(source)]
        if source.path.startswith("coordinator/cli") and source.path.endswith(".py"):
            caught += [f"{source.path}:{line}" for line in nets(source)]
    return result + [f"{place}: broad_excepts: the net is at {caught[0]} already" for place in caught[1:]]


def committed(root: Path = ROOT) -> list[Source]:
    """Read every text file that git keeps or would keep, or without git every one that is not generated."""
    paths = [root / name for name in sorted({*(_kept(root) or _walked(root))})]
    texts = [path for path in paths if path.suffix in TEXT and path.is_file() and not path.is_symlink()]
    return [Source(path.relative_to(root).as_posix(), _read(path), root) for path in texts]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")  # some test data is meant to be no UTF-8


def _kept(root: Path) -> list[str]:
    git = shutil.which("git")
    if git is None:
        return []
    command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=False).stdout
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _walked(root: Path, folder: Path | None = None) -> Iterator[str]:
    for path in (folder or root).iterdir():
        if path.is_dir() and not path.is_symlink():
            hidden = path.name.startswith(".") and path.name not in {".ci", ".claude", ".cursor", ".codex"}
            if not hidden and path.name not in NOT_OURS:
                yield from _walked(root, path)
        elif path.name != ".git":
            yield path.relative_to(root).as_posix()


def main() -> int:
    """Print every breach; 1 if there is any."""
    found = breaches(committed())
    print("\n".join([*found, f"{len(found)} breaches of {len(RULES)} rules"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
