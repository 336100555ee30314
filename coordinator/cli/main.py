"""Which command, and what does the shell get back? Errors become exit codes here and nowhere else.

Each command is a module of its own, imported only when it is called, so that `--help` is quick.
"""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence

from coordinator.cli.arguments import parser
from coordinator.errors import CoordinatorError, Exit


def main(argv: Sequence[str]) -> int:
    """Carry out one command and give its exit code."""
    arguments = parser().parse_args(argv)
    module = importlib.import_module(f"coordinator.cli.{arguments.module}")
    try:
        return int(module.main(arguments))
    except CoordinatorError as error:
        print(f"coordinator: {error}", file=sys.stderr)
        return int(error.code)
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        return int(Exit.FINE)
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001  # the only one: whatever gets here is our own mistake
        traceback.print_exc()
        print("coordinator: this is a mistake of ours; the trace above says where", file=sys.stderr)
        return int(Exit.BUG)
