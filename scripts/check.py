"""Is a change ready? The one command of a developer: format, lint, types, floors, style, tests and coverage.

    python3 scripts/check.py            everything
    python3 scripts/check.py --fix      first let ruff mend what it can
    python3 scripts/check.py --static   all that runs no test of the package itself

One line a step; what a step said is shown only where it failed.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import environment
from parallel import PARALLEL

PYTHON = sys.executable
PROGRAMS = tuple(sorted(str(path) for room in ("", "trust/") for path in environment.ROOT.glob(f"scripts/{room}*.py")))
DECISIONS = ("coordinator/model/*", "coordinator/text/*", "coordinator/rules/*", "coordinator/errors.py")
"""The rooms that touch no disk: there is no excuse for a branch that no test takes."""


@dataclass(frozen=True)
class Step:
    """One thing that is checked.

    Args:
        name: as printed.
        commands: run in this order, up to the first that fails.
        variables: environment variables that they need besides the caller's.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    variables: tuple[tuple[str, str], ...] = ()


MEND = Step(
    "ruff, mending",
    (
        (PYTHON, "-m", "ruff", "check", "--fix", "--exit-zero", "--quiet", "."),
        (PYTHON, "-m", "ruff", "format", "--quiet", "."),
    ),
)

STATIC = (
    Step("ruff format", ((PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", "."),)),
    Step("ruff check", ((PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."),)),
    Step("mypy", ((PYTHON, "-m", "mypy"),)),
    Step(
        "mypy scripts",
        ((PYTHON, "-m", "mypy", "--follow-imports=silent", *PROGRAMS),),
        (("MYPYPATH", "scripts"),),
    ),
    Step(
        "floors",
        ((PYTHON, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-logo"),),
    ),
    Step("tidy", ((PYTHON, "scripts/tidy.py"), (PYTHON, "-m", "pytest", "tests/test_tidy.py"))),
)

DYNAMIC = (
    Step(
        "tests",
        (
            (PYTHON, "-m", "coverage", "erase"),
            (PYTHON, "-m", "coverage", "run", "-m", "pytest", *PARALLEL),
            (PYTHON, "-m", "coverage", "combine", "--quiet"),
        ),
    ),
    Step(
        "branches of decisions",
        ((PYTHON, "-m", "coverage", "report", f"--include={','.join(DECISIONS)}", "--fail-under=100"),),
    ),
)


def passes(step: Step) -> bool:
    """Run one step, print its line, and where it fails all that it said."""
    began = time.monotonic()
    said, code = b"", 0
    for command in step.commands:
        done = subprocess.run(
            command,
            cwd=environment.ROOT,
            env={**os.environ, **dict(step.variables)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said, code = said + done.stdout, done.returncode
        if code:
            break
    print(f"{'failed' if code else 'ok':7}{step.name:24}{time.monotonic() - began:6.1f} s", flush=True)
    if code:
        print(said.decode(errors="replace").rstrip(), flush=True)
    return code == 0


def steps(*, fix: bool, static: bool) -> tuple[Step, ...]:
    """Give the steps that were asked for, the quickest first."""
    return (*((MEND,) if fix else ()), *STATIC, *(() if static else DYNAMIC))


def main() -> int:
    """Run every step, also after one that failed, and give the exit code: 1 if any did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fix", action="store_true", help="first let ruff mend what it can")
    parser.add_argument("--static", action="store_true", help="leave out the tests of the package and coverage")
    asked = parser.parse_args()
    (environment.ROOT / ".coverage").mkdir(exist_ok=True)
    failed = [step.name for step in steps(fix=asked.fix, static=asked.static) if not passes(step)]
    if failed:
        print(f"not ready: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    environment.enter()
    sys.exit(main())
