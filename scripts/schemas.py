"""Write protocol/schema/*.json from the model, or check that they are current.

Usage: python scripts/schemas.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from coordinator.text import schema

FOLDER = Path(__file__).resolve().parent.parent / "protocol" / "schema"


def main(arguments: list[str]) -> int:
    """Bring the folder to what the model says; with --check, only tell the difference.

    Returns:
        0 if everything is as it should be (at the end), 1 if --check found a difference.
    """
    parser = argparse.ArgumentParser(description="Write protocol/schema/*.json from the model.")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a file is not current")
    check = parser.parse_args(arguments).check
    wanted = {name: schema.print_(made) for name, made in schema.schemas().items()}
    stale = sorted(name for name, data in wanted.items() if _present(name) != data)
    foreign = sorted(path.name for path in FOLDER.glob("*.json") if path.name not in wanted)
    for name in [*stale, *foreign]:
        print(f"{name}: {'not current' if check else 'removed' if name in foreign else 'written'}")
    if check:
        return 1 if stale or foreign else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (FOLDER / name).write_bytes(wanted[name])
    for name in foreign:
        (FOLDER / name).unlink()
    return 0


def _present(name: str) -> bytes | None:
    path = FOLDER / name
    return path.read_bytes() if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
