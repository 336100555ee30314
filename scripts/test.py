"""Does everything still hold? Runs the whole test suite on two cores, counting the tests in its last line.

    python3 scripts/test.py                                  everything but the real clients
    python3 scripts/test.py --assistants                     these too; npm installs them, pinned, out of the tree
    python3 scripts/test.py tests/rules -k confirmed         a part, by pytest's own means
    python3 scripts/test.py tests/rules/test_budget.py::test_spent_stays_spent

Other arguments go to pytest as they are; paths start at the project's root. The last line is pytest's own, and
nothing is printed after it.
"""

import os
import sys
from collections.abc import Mapping

import clients
import environment
from parallel import PARALLEL

OWN_WAYS = frozenset({"-n", "--numprocesses", "--dist", "no:xdist", "--pdb", "--trace", "--collect-only", "-s"})
"""Arguments after which the caller has said how to run, or that do not go together with workers."""


def command(arguments: list[str]) -> list[str]:
    """Give the command that runs pytest in this interpreter: in parallel unless that does not fit."""
    options = {word.split("=")[0].rstrip("0123456789") for word in arguments}
    alone = options & OWN_WAYS or any("::" in word for word in arguments)
    return [sys.executable, "-m", "pytest", *(() if alone else PARALLEL), *arguments]


def main() -> None:
    """Become pytest, so that its last line and its exit code are ours."""
    environment.enter()
    os.chdir(environment.ROOT)
    environ, arguments = opted(sys.argv[1:], os.environ)
    if environ.get(clients.OPT_IN):
        clients.install()
    environment.become(command(arguments), environ)


def opted(arguments: list[str], environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Take `--assistants` out of the arguments and note it in the environment, where the tests look."""
    asked = {clients.OPT_IN: "1"} if "--assistants" in arguments else {}
    return {**environ, **asked}, [word for word in arguments if word != "--assistants"]


if __name__ == "__main__":
    main()
