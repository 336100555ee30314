"""Read one file in a process of its own, under limits that the process sets itself before it reads a byte.

It speaks JSON lines on its standard output: a beat before each page, then the result or what kept it from one. A
hostile file ends this process and nothing else: `coordinator.papers.reader` starts it, watches it and ends it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

FILE_BYTES = 16 << 20
"""It writes no files but those of a coverage measurement."""
NO_MEMORY = 86
"""Exit code of a process that asked for more memory than it may have."""


def limit(memory_mb: int, cpu_seconds: int) -> None:
    """Hold this process to memory and CPU time, where the system can (not on Windows; macOS ignores the memory)."""
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory_mb << 20),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def say(facts: dict[str, Any]) -> None:
    """Say something to the process that started this one."""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    sys.stdout.buffer.flush()


def end_with_parent() -> None:
    """End when nobody listens any more: the parent holds the other end of our standard input."""

    def listen() -> None:
        while sys.stdin.buffer.read(1):
            continue
        os._exit(1)

    threading.Thread(target=listen, daemon=True).start()


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Read the file of a job.

    Args:
        job: `path`, `kind` (pdf or source), `skip` (pages), `pages` (the most that is read), `beside` (a PDF that a
            source belongs to, or empty).
    """
    path = Path(job["path"])
    if job["kind"] == "source":
        from coordinator.papers import sources  # noqa: PLC0415  # only what is needed, for speed

        return {"result": asdict(sources.extract(path))}
    from coordinator.papers import extraction  # noqa: PLC0415  # after the limits are set

    def beat(page: int, of: int) -> None:
        say({"page": page, "of": of})

    try:
        found = extraction.extract(path, beat, skip=job["skip"], cap=job["pages"])
    except extraction.LockedError as error:
        return {"failed": "locked", "detail": str(error)}
    except extraction.BrokenError as error:
        return {"failed": "broken", "detail": str(error)}
    return {"result": asdict(found)}


def main() -> int:
    """Take a job from standard input and carry it out."""
    job = json.loads(sys.stdin.buffer.readline())
    limit(job["memory_mb"], job["cpu_seconds"])
    end_with_parent()
    try:
        answer = work(job)
    except MemoryError:
        os._exit(NO_MEMORY)
    say(answer)
    return 0


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    os._exit(ended)  # the listening thread holds standard input
