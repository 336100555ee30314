"""What is a worker told? inbox.md: numbered front matter, and a text made from templates.

Into a text go numbers, ids, codes, paths and the problems with the worker's own files, never free text of
another worker or of a paper. Whatever is put in is one line of bounded length and cannot end a code span.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from coordinator.model.instruction import Instruction
from coordinator.model.plan import Step
from coordinator.model.problem import Parsed
from coordinator.text import header, typed
from coordinator.text.print_yaml import flow_list, flow_map, front_matter, scalar

if TYPE_CHECKING:
    import jinja2

MOST_CHARACTERS = 300
"""Of one value in a text: problems quote what a worker wrote."""
MOST_PROBLEMS = 20
"""In one text; `check` lists them all."""

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
"""Line ends, control characters, and what reverses or hides the text around it."""


def parse(data: bytes, path: str) -> Parsed[Instruction]:
    """Read the front matter of inbox.md; the text below it is for the worker."""
    document = header.read(data, path)
    if document.value is None:
        return Parsed(None, document.problems)
    return typed.build(Instruction, document.value.tree, path)


def render(step: Step) -> str:
    """Write inbox.md, whole; the same step gives the same bytes."""
    template = _environment().get_template(f"{step.instruction.action.value}.md.j2")
    text = template.render(_context(step))
    return f"{_front_matter(step.instruction)}{text.rstrip()}\n"


def _front_matter(instruction: Instruction) -> str:
    ending = instruction.ending.value if instruction.ending else None
    return front_matter({
        "direction": scalar(instruction.direction),
        "instruction": scalar(instruction.instruction),
        "action": scalar(instruction.action.value),
        "about": scalar(instruction.about),
        "reasons": flow_list(instruction.reasons),
        "budget": flow_map(instruction.budget.model_dump()),
        "ending": scalar(ending),
    })  # fmt: skip


def _context(step: Step) -> dict[str, object]:
    """Give a template its names; a fact that is not known is not there at all."""
    instruction, briefing = step.instruction, step.briefing
    folder = briefing.worker.rsplit("/", 1)[-1]
    return {
        "direction": instruction.direction,
        "number": instruction.instruction,
        "about": instruction.about,
        "reasons": instruction.reasons,
        "ending": instruction.ending.value if instruction.ending else None,
        "experiments_left": instruction.budget.experiments_left,
        "minutes_left": instruction.budget.wall_minutes_left,
        "worker": briefing.worker,
        "run": folder.removesuffix(f"-{instruction.direction}"),
        "facts": {name: fact for name, fact in briefing.facts.items() if fact is not None},
        "experiments": briefing.experiments,
        "problems": briefing.problems[:MOST_PROBLEMS],
        "problems_left_out": max(0, len(briefing.problems) - MOST_PROBLEMS),
    }


def plain(value: object) -> str:
    """Make a value fit for the middle of a line: six digits of a number, one short line of a text."""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = _UNSEEN.sub(" ", str(value)).replace("`", "'")
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


@cache
def _environment() -> jinja2.Environment:
    import jinja2  # noqa: PLC0415  # `next` only reads inboxes and starts faster without it

    return jinja2.Environment(
        loader=jinja2.PackageLoader("coordinator.text"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701  # Markdown for a worker, not HTML
        finalize=plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
