"""Can a scan be read? Not by us: `ocrmypdf` does it, by hand or, where it is configured, as a process of ours."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = "ocrmypdf"


def advice(path: str) -> str:
    """Give the command that makes a readable copy of a scan.

    Args:
        path: of the scan, from the root of the workspace.
    """
    return f"`{PROGRAM} --skip-text '{path}' '{path.removesuffix('.pdf')}-ocr.pdf'`, then remove the scan"


@contextmanager
def recognized(path: Path, seconds: float) -> Iterator[tuple[Path | None, str]]:
    """Recognize the letters of a scan in a copy, which is gone afterwards.

    Args:
        path: of the scan, which stays as it is.
        seconds: that it may take.

    Yields:
        The copy, and empty; or None, and why there is none.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        yield None, f"`{PROGRAM}` is not installed"
        return
    with tempfile.TemporaryDirectory(prefix="autoresearcher-") as folder:
        copy = Path(folder) / "recognized.pdf"
        command = [program, "--skip-text", "--quiet", str(path), str(copy)]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            ended = process.wait(seconds)
        except subprocess.TimeoutExpired:
            yield None, f"`{PROGRAM}` took more than {seconds:.0f} s"
            return
        finally:
            process.kill()
            process.wait()
        yield (copy, "") if not ended and copy.is_file() else (None, f"`{PROGRAM}` ended with {ended}")
