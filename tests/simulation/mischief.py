"""What can a worker do that it should not? Each function is one deed, in its own folder or with the run's files."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

from simulation.workers import Worker, remove

from coordinator.model.record import Phase, Request
from coordinator.store.layout import ExperimentPaths
from coordinator.text import record, request

Deed = Callable[[Worker, random.Random], None]
"""One thing that it does; the dice decide where and how."""


def _any_experiment(worker: Worker, chance: random.Random) -> ExperimentPaths:
    """Pick one of its experiments, or a name that there is nothing of yet."""
    return worker.paths.experiment(f"exp_{chance.randint(1, 4):03d}")


def _fifo(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    remove(path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(path)
    else:
        path.mkdir()


def _link(path: Path, to: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    remove(path)
    path.symlink_to(to)


def reports_noise(worker: Worker, chance: random.Random) -> None:
    """Write bytes that are no report."""
    worker.world.put(worker.paths.report, chance.randbytes(chance.randint(0, 300)))


def reports_half(worker: Worker, chance: random.Random) -> None:
    """Write the beginning of a report."""
    whole = f"---\ndirection: {worker.direction}\nstate: waiting\nanswered: {chance.randint(0, 9)}\n---\nA note.\n"
    worker.world.put(worker.paths.report, whole[: chance.randint(0, len(whole))])


def answers_what_was_never_said(worker: Worker, chance: random.Random) -> None:
    """Answer a number out of thin air."""
    worker.world.says(chance.choice(["waiting", "done", "working"]), chance.randint(1, 10**6), worker.direction)


def answers_without_work(worker: Worker, chance: random.Random) -> None:
    """Answer whatever was said, having done nothing."""
    worker.world.says("done", len(worker.world.given(worker.direction)), worker.direction)


def report_a_fifo(worker: Worker, chance: random.Random) -> None:
    """Put something in the place of the report at which a reader would wait."""
    _fifo(worker.paths.report)


def report_a_link(worker: Worker, chance: random.Random) -> None:
    """Let the report be somebody else's file."""
    _link(worker.paths.report, worker.world.outside / "precious.txt")


def report_huge(worker: Worker, chance: random.Random) -> None:
    """Let the report be larger than any memory, at no cost."""
    worker.world.put(worker.paths.report, b"---\n")
    os.truncate(worker.paths.report, 1 << 40)


def report_of_all_times(worker: Worker, chance: random.Random) -> None:
    """Date the report as of another age."""
    if worker.paths.report.is_file():
        when = chance.choice([-(2**31), 0, 2**33, worker.world.clock().timestamp() + 1e6])
        os.utime(worker.paths.report, (when, when))


def inbox_edited(worker: Worker, chance: random.Random) -> None:
    """Write its own instruction."""
    worker.world.put(worker.paths.inbox, "---\ninstruction: 99\naction: stop\n---\n")


def inbox_a_folder(worker: Worker, chance: random.Random) -> None:
    """Put a folder with something in it in the place of the inbox."""
    remove(worker.paths.inbox)
    (worker.paths.inbox / "inner").mkdir(parents=True)


def inbox_a_fifo(worker: Worker, chance: random.Random) -> None:
    """Put a FIFO in the place of the inbox."""
    _fifo(worker.paths.inbox)


def inbox_a_link(worker: Worker, chance: random.Random) -> None:
    """Let the coordinator write over somebody else's file."""
    _link(worker.paths.inbox, worker.world.outside / "precious.txt")


def folder_deleted(worker: Worker, chance: random.Random) -> None:
    """Delete everything."""
    remove(worker.paths.folder)


def folder_a_link(worker: Worker, chance: random.Random) -> None:
    """Let the coordinator write into a folder outside."""
    _link(worker.paths.folder, worker.world.outside / "inner")


def folder_a_file(worker: Worker, chance: random.Random) -> None:
    """Put a file in the place of its folder."""
    remove(worker.paths.folder)
    worker.paths.folder.write_text("no folder")


def experiments_a_link(worker: Worker, chance: random.Random) -> None:
    """Put its experiments outside."""
    _link(worker.paths.experiments, worker.world.outside / "inner")


def experiments_a_file(worker: Worker, chance: random.Random) -> None:
    """Put a file in the place of its experiments."""
    remove(worker.paths.experiments)
    worker.world.put(worker.paths.experiments, b"no folder")


def experiment_deleted(worker: Worker, chance: random.Random) -> None:
    """Delete an experiment, to have it not counted."""
    remove(_any_experiment(worker, chance).folder)


def experiment_a_link(worker: Worker, chance: random.Random) -> None:
    """Put an experiment outside."""
    _link(_any_experiment(worker, chance).folder, worker.world.outside / "inner")


def document_noise(worker: Worker, chance: random.Random) -> None:
    """Write bytes that are no plan, code or summary."""
    paths = _any_experiment(worker, chance)
    target = chance.choice([paths.plan, paths.code, paths.summary, paths.record, paths.request])
    worker.world.put(target, chance.randbytes(chance.randint(0, 200)))


def document_torn(worker: Worker, chance: random.Random) -> None:
    """Cut a document off."""
    paths = _any_experiment(worker, chance)
    target = chance.choice([paths.plan, paths.code, paths.summary])
    if target.is_file():
        data = target.read_bytes()
        worker.world.put(target, data[: chance.randint(0, len(data))])


def document_special(worker: Worker, chance: random.Random) -> None:
    """Put a FIFO, a link or a folder in the place of a document."""
    paths = _any_experiment(worker, chance)
    target = chance.choice([paths.plan, paths.code, paths.summary, paths.record, paths.request, paths.patches])
    kind = chance.choice(["fifo", "link", "folder"])
    if kind == "fifo":
        _fifo(target)
    elif kind == "link":
        _link(target, worker.world.outside / "precious.txt")
    else:
        remove(target)
        (target / "inner").mkdir(parents=True)


def patches_with_strange_names(worker: Worker, chance: random.Random) -> None:
    """Name a file in bytes that are no text, and leave an interpreter's cache."""
    patches = _any_experiment(worker, chance).patches
    (patches / "__pycache__").mkdir(parents=True, exist_ok=True)
    (patches / "__pycache__" / "imbalance.pyc").write_bytes(b"cached")
    try:
        Path(os.fsdecode(os.fsencode(patches) + b"/\xff\xfe.py")).write_bytes(b"x = 1\n")
    except OSError:  # a file system that wants names to be text
        (patches / "strange\nname.py").write_bytes(b"x = 1\n")


def record_forged(worker: Worker, chance: random.Random) -> None:
    """Put better numbers into the record, before the genuine execution or in its place."""
    paths = _any_experiment(worker, chance)
    found = record.parse(paths.record.read_bytes(), "record.json").value if paths.record.is_file() else None
    if found is None or not found.executions:
        return
    first = found.executions[0]
    better = tuple(
        process.model_copy(update={"metrics": {"f1_default": 0.0, "f1_tuned": 1.0}}) for process in first.processes
    )
    forged = first.model_copy(update={"processes": better, "guard": "all guards of the world"})
    kept = found.executions if chance.random() < 0.5 else found.executions[1:]
    worker.world.put(paths.record, record.print_(found.model_copy(update={"executions": (forged, *kept)})))


def asks_again(worker: Worker, chance: random.Random) -> None:
    """Ask for a run of whatever is there."""
    paths = _any_experiment(worker, chance)
    asked = Request(
        experiment=paths.experiment,
        phase=chance.choice([Phase.EXPLORE, Phase.CONFIRM]),
        id=f"again-{chance.randint(1, 99)}",
    )
    if paths.folder.is_dir():
        worker.world.put(paths.request, request.print_(asked))


def many_experiments(worker: Worker, chance: random.Random) -> None:
    """Make folders for more experiments than anybody could run."""
    for number in range(50, 90):
        (worker.paths.experiments / f"exp_{number:03d}").mkdir(parents=True, exist_ok=True)


OWN = (
    reports_noise,
    reports_half,
    answers_what_was_never_said,
    answers_without_work,
    report_a_fifo,
    report_a_link,
    report_huge,
    report_of_all_times,
    inbox_edited,
    inbox_a_folder,
    inbox_a_fifo,
    inbox_a_link,
    folder_deleted,
    folder_a_link,
    folder_a_file,
    experiments_a_link,
    experiments_a_file,
    experiment_deleted,
    experiment_a_link,
    document_noise,
    document_torn,
    document_special,
    patches_with_strange_names,
    record_forged,
    asks_again,
    many_experiments,
)
"""In its own folder."""


def ledger_changed(worker: Worker, chance: random.Random) -> None:
    """Edit, cut, extend or remove the public ledger."""
    path = worker.world.workspace.run(worker.paths.run).ledger
    data = path.read_bytes() if path.is_file() else b""
    at = chance.randint(0, len(data))
    changed = [data[:at], data[:at] + b"x" + data[at + 1 :], data + b'{"n":1}\n', data + b"torn", b""]
    remove(path)
    worker.world.put(path, chance.choice(changed))


def ledger_special(worker: Worker, chance: random.Random) -> None:
    """Put something else in the place of the public ledger."""
    path = worker.world.workspace.run(worker.paths.run).ledger
    remove(path)
    if chance.random() < 0.3:
        path.mkdir()
    elif chance.random() < 0.5:
        _fifo(path)
    else:
        _link(path, worker.world.outside / "precious.txt")


def frozen_changed(worker: Worker, chance: random.Random) -> None:
    """Give itself a larger budget, or leave nobody any."""
    path = worker.world.workspace.run(worker.paths.run).frozen
    data = path.read_bytes() if path.is_file() else b""
    remove(path)
    if chance.random() < 0.5:
        worker.world.put(path, data.replace(b"experiments: 4", b"experiments: 99"))
    elif chance.random() < 0.5:
        path.mkdir()


def board_taken(worker: Worker, chance: random.Random) -> None:
    """Put something else in the place of the board."""
    path = worker.world.workspace.board
    remove(path)
    kind = chance.choice(["fifo", "link", "folder", "forged"])
    if kind == "fifo":
        _fifo(path)
    elif kind == "link":
        _link(path, worker.world.outside / "precious.txt")
    elif kind == "folder":
        (path / "inner").mkdir(parents=True)
    else:
        path.write_text(f"# Board\n\n## Run {worker.paths.run}\n\n- 2000-01-01 12:00:00Z #9999 all is well\n")


def findings_taken(worker: Worker, chance: random.Random) -> None:
    """Put folders where the findings will be."""
    paths = worker.world.workspace.run(worker.paths.run)
    for path in (paths.findings, paths.html):
        remove(path)
        (path / "inner").mkdir(parents=True)


def records_forged(worker: Worker, chance: random.Random) -> None:
    """Edit the coordinator's own copy of a record of its own."""
    paths = _any_experiment(worker, chance)
    path = worker.world.workspace.run(paths.run).record(paths.direction, paths.experiment)
    if path.is_file():
        path.write_bytes(path.read_bytes().replace(b'"f1_tuned": 0', b'"f1_tuned": 1'))


def newer_run_pretended(worker: Worker, chance: random.Random) -> None:
    """Make a folder that looks like a run which began later."""
    path = worker.world.workspace.runs / f"2999010{chance.randint(1, 9)}_000000" / "run.yaml"
    worker.world.put(path, worker.world.workspace.run(worker.paths.run).frozen.read_bytes())


def run_a_link(worker: Worker, chance: random.Random) -> None:
    """Let everything that is written about the run be written outside."""
    _link(worker.world.workspace.run(worker.paths.run).folder, worker.world.outside / "inner")


SHARED = (
    ledger_changed,
    ledger_special,
    frozen_changed,
    board_taken,
    findings_taken,
    records_forged,
    newer_run_pretended,
)
"""With the files of the run and of everybody: nobody else loses anything by it."""
DESTRUCTIVE = (run_a_link,)
"""What takes sealed copies away, which nobody can make again."""
