"""Draw the life of a direction from its one table, RUNGS, for docs/architecture.md.

    python3 scripts/diagram.py            prints the state diagram and the table of situations
    python3 scripts/diagram.py --write    puts them into the marked block of docs/architecture.md

The diagram is Mermaid, as GitHub renders it. Nobody draws it by hand, so that it cannot say anything else than
the ladder does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from coordinator.rules.lifecycle import RUNGS, Rung, Situation

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"
BEGIN = "<!-- lifecycle: begin (made by scripts/diagram.py; do not edit) -->\n"
END = "<!-- lifecycle: end -->\n"
WAIT = "wait"
"""The state in which nobody is told anything, because somebody is at work."""


def main(arguments: list[str]) -> int:
    """Print diagram and table, or write them into the document.

    Returns:
        0; 1 if the document has no marked block to write into.
    """
    parser = argparse.ArgumentParser(description="Draw the life of a direction from its one table.")
    parser.add_argument("--write", action="store_true", help="put it into docs/architecture.md")
    made = block(RUNGS)
    if not parser.parse_args(arguments).write:
        print(made, end="")
        return 0
    old = DOCUMENT.read_text(encoding="utf-8")
    new = put(made, old)
    if new is None:
        print(f"{DOCUMENT.name}: there is no block between the lines {BEGIN.strip()} and {END.strip()}")
        return 1
    if new != old:
        DOCUMENT.write_text(new, encoding="utf-8", newline="\n")
        print(f"{DOCUMENT.name}: written")
    return 0


def put(made: str, document: str) -> str | None:
    """Replace what is between the two marks of a document; None without exactly one pair of them."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or BEGIN in rest or END in before + after:
        return None
    return before + BEGIN + made + END + after


def block(rungs: Mapping[Situation, Rung]) -> str:
    """Give what belongs between the marks: the diagram, then the table."""
    lines = ["", "```mermaid", *diagram(rungs), "```", "", *table(rungs), ""]
    return "\n".join(lines) + "\n"


def diagram(rungs: Mapping[Situation, Rung]) -> Iterator[str]:
    """Draw one state for each instruction and each ending, and on each arrow the situations that lead there."""
    yield "stateDiagram-v2"
    yield "    state look <<choice>>"
    yield "    [*] --> look"
    for state, (situations, ends) in _states(rungs).items():
        yield f"    look --> {state} : {', '.join(situations)}"
        yield f"    {state} --> {'[*]' if ends else 'look'}"


def _states(rungs: Mapping[Situation, Rung]) -> dict[str, tuple[list[str], bool]]:
    """Give for each state, in the order of the table, what leads there and whether a direction ends in it."""
    states: dict[str, tuple[list[str], bool]] = {}
    for found, rung in rungs.items():
        if found is not Situation.SETTLED:  # where the arrows to the end lead
            state = str(rung.ending or rung.action or WAIT)
            states.setdefault(state, ([], rung.ending is not None))[0].append(str(found))
    return states


def table(rungs: Mapping[Situation, Rung]) -> Iterator[str]:
    """List every situation in the order in which it is asked for."""
    yield "| | situation | when | instruction |"
    yield "|---|---|---|---|"
    for number, (found, rung) in enumerate(rungs.items(), start=1):
        told = f"`{rung.action}`" if rung.action else ""
        ending = f", {rung.ending}" if rung.ending else ""
        yield f"| {number} | {found} | {rung.why} | {told}{ending} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
