"""What does a worker say of itself in status.md?"""

from __future__ import annotations

from coordinator.model.problem import Parsed
from coordinator.model.report import Report
from coordinator.text import header, typed
from coordinator.text.belongs import belongs
from coordinator.text.print_yaml import front_matter, scalar


def parse(data: bytes, path: str, direction: str) -> Parsed[Report]:
    """Read a report.

    Args:
        data: the file.
        path: of the file, for problems.
        direction: of the worker's folder, which its `direction:` must name.
    """
    document = header.read(data, path)
    if document.value is None:
        return Parsed(None, document.problems)
    tree = document.value.tree
    report = typed.build(Report, tree, path, {"note": document.value.body})
    wrong = belongs(tree, path, "direction", direction)
    if wrong or report.value is None:
        return Parsed(None, tuple(sorted((*wrong, *report.problems))))
    return report


def print_(report: Report) -> bytes:
    """Print status.md."""
    keys = {"direction": report.direction, "state": report.state.value, "answered": report.answered}
    written = {key: scalar(value) for key, value in keys.items()}
    if report.experiment is not None:
        written["experiment"] = scalar(report.experiment)
    note = f"{report.note}\n" if report.note else ""
    return (front_matter(written) + note).encode()
