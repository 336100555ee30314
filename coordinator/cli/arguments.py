"""Which commands and options are there? Imports nothing heavy: `--help` has to be quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from coordinator import __version__
from coordinator.assistants import CLIENTS

Parser = argparse.ArgumentParser
EPILOG = """\
exit codes: 0 fine, 1 problems found, 2 wrong usage or config, 3 another coordinator holds this workspace,
4 budget spent, 70 our bug, 75 not there yet (call again); `run` passes the experiment's own code through,
124 time limit, 125 refused."""


def parser() -> Parser:
    """Build the parser of the whole command line."""
    top = Parser(
        prog="python -m coordinator",
        description="Watch workers, witness their experiments, believe nothing else.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"autoresearcher {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary, options in COMMANDS:
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument("--root", default=".", metavar="DIR", help="the workspace (default: here)")
        command.set_defaults(module=MODULES.get(name, name))
        options(command)
    return top


def _json(command: Parser) -> None:
    command.add_argument("--json", action="store_true", help="print facts as JSON")


def _wait(command: Parser, what: str) -> None:
    command.add_argument("--wait", type=float, metavar="SECONDS", help=what)


def _watch(command: Parser) -> None:
    command.add_argument("--once", action="store_true", help="make one pass and end; starts no executor")
    command.add_argument("--until-done", action="store_true", help="end with 0 when the findings are compiled")
    command.add_argument("--new", action="store_true", help="start a new run, closing the open one if there is one")


def _demo(command: Parser) -> None:
    command.add_argument("dir", nargs="?", metavar="DIR", help="a fresh folder (default: a new temporary one)")


def _status(command: Parser) -> None:
    command.add_argument("--follow", action="store_true", help="keep showing the present state")
    _json(command)


def _check(command: Parser) -> None:
    command.add_argument("paths", nargs="*", metavar="PATH", help="only what lies there (default: everything)")
    _json(command)


def _explain(command: Parser) -> None:
    command.add_argument("worker", metavar="WORKER", help="a worker's folder")
    command.add_argument("experiment", nargs="?", metavar="EXP", help="one experiment, for example exp_001")
    _json(command)


def _run(command: Parser) -> None:
    command.add_argument("experiment", metavar="EXP", help="an experiment's folder")
    command.add_argument("--confirm", action="store_true", help="run the sealed code on fresh seeds")
    command.add_argument(
        "--again", action="store_true", help="for the user: run the sealed bytes on the recorded seeds and compare"
    )
    _wait(command, "wait at most so long (default: until it has ended); 75 if it has not")
    _json(command)


def _execute(command: Parser) -> None:
    command.add_argument("--once", action="store_true", help="carry out what is queued, then end")
    command.add_argument("--parent", type=int, metavar="PID", help="end when that process is gone")


def _next(command: Parser) -> None:
    command.add_argument("worker", metavar="WORKER", help="a worker's folder")
    _wait(command, "wait at most so long for it (default: do not wait); 75 if there is none")
    _json(command)


def _assistants(command: Parser) -> None:
    inner = command.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="what")
    setup = _inner(inner, "setup", "write the clients' settings and hooks, merged with what is there")
    clients = (*CLIENTS, "all")
    setup.add_argument("client", nargs="?", default="all", choices=clients, help="for which client (default: all)")
    setup.add_argument("--check", action="store_true", help="write nothing; 1 if a file is not current")
    _json(setup)
    launch = _inner(inner, "launch", "start a headless worker for each open direction, and keep them going")
    launch.add_argument("--client", choices=CLIENTS, help="which client (default: as config.yaml says)")
    launch.add_argument("--dry-run", action="store_true", help="print the commands and start nothing")
    hook = inner.add_parser("hook", description="what the clients' hooks call: an event on stdin, an answer on stdout")
    hook.add_argument("client", choices=CLIENTS)
    hook.set_defaults(module="hook")
    hook.add_argument("--root", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _inner(inner: argparse._SubParsersAction[Parser], name: str, summary: str) -> Parser:
    command: Parser = inner.add_parser(name, help=summary, description=summary)
    command.add_argument("--root", default=argparse.SUPPRESS, metavar="DIR", help="the workspace (default: here)")
    return command


def _of_run(command: Parser) -> None:
    command.add_argument("run", nargs="?", metavar="RUN", help="a run's id (default: the newest)")
    _json(command)


def _verify(command: Parser) -> None:
    command.add_argument("--rerun", action="store_true", help="run again every experiment that a finding cites")
    _of_run(command)


def _papers(command: Parser) -> None:
    inner = command.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="papers")
    for name, summary, options in PAPERS:
        made = _inner(inner, name, summary)
        options(made)
        _json(made)


def _papers_add(command: Parser) -> None:
    command.add_argument("files", nargs="*", metavar="FILE", help="copied to papers/raw/ (default: what is new there)")
    command.add_argument("--quiet", action="store_true", help="no progress bar; do not wait for another `papers add`")


def _papers_list(command: Parser) -> None:
    del command


def _papers_search(command: Parser) -> None:
    command.add_argument("query", metavar="WORDS", help='what to look for; "in quotes" stands together')
    command.add_argument("--most", type=int, default=10, metavar="N", help="hits (default: 10)")


def _papers_check(command: Parser) -> None:
    command.add_argument("ids", nargs="*", metavar="ID", help="papers (default: all)")


def _init(command: Parser) -> None:
    command.add_argument("dir", metavar="DIR", help="the folder to make")
    command.add_argument("--demo", action="store_true", help="with the demo's codebase and directions")


PAPERS: tuple[tuple[str, str, Callable[[Parser], None]], ...] = (
    ("add", "take in what is new in papers/raw/, with files copied there first", _papers_add),
    ("list", "every paper and its status", _papers_list),
    ("search", "the pages that fit some words best", _papers_search),
    ("check", "whether what was written about papers stands in them", _papers_check),
)
"""The commands of `papers`."""

MODULES = {"next": "next_", "init": "init_"}
"""Commands whose module has another name."""

COMMANDS: tuple[tuple[str, str, Callable[[Parser], None]], ...] = (
    ("watch", "the daemon: resumes the open run or starts one", _watch),
    ("demo", "a whole run with scripted workers and real experiments, no assistant needed", _demo),
    ("status", "the present state", _status),
    ("check", "everything that is wrong, as path:line: code: message and a hint", _check),
    ("explain", "the last verdict: every reason and every number it compared", _explain),
    ("run", "one witnessed experiment, queued and waited for", _run),
    ("execute", "the executor on its own", _execute),
    ("next", "the next instruction", _next),
    ("verify", "the ledger's chain, every digest, every finding re-derived", _verify),
    ("report", "the findings again", _of_run),
    ("papers", "the paper database", _papers),
    ("assistants", "settings and hooks for coding assistants; start workers", _assistants),
    ("doctor", "what this machine can enforce", _json),
    ("init", "a fresh workspace for your own codebase", _init),
)
"""Every command with what it is for, as `--help` shows it."""
