"""Can a worker be written from protocol/ alone: do its examples hold, and does it name all that there is?"""

import re
from pathlib import Path

import demo_worker
import pytest

from coordinator.assistants import permitted
from coordinator.errors import Exit
from coordinator.model.instruction import Action, Ending
from coordinator.model.problem import Parsed
from coordinator.model.record import Outcome
from coordinator.model.verdict import Standing
from coordinator.text import code, experiment_plan, report, summary

PROTOCOL = Path(__file__).resolve().parents[2] / "protocol"
EXAMPLE = re.compile(r"<!-- example: (\w+) (good|bad)(?:: ([\w ]+))? -->\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TOKEN = re.compile(r"[^\W\d_]+|\d|[^\w\s]|_")
"""A word, a digit or a sign: more than any client's own tokens for text like this."""
MOST_TOKENS = 4000
PAGES = {page.name: page.read_text(encoding="utf-8") for page in sorted(PROTOCOL.glob("*.md"))}
EXAMPLES = [(name, *found) for name, page in PAGES.items() for found in EXAMPLE.findall(page)]


def parsed(kind: str, text: str) -> Parsed:
    """Read an example as the coordinator would."""
    data = text.encode()
    if kind == "status":
        return report.parse(data, "status.md", "threshold_tuning")
    return {"plan": experiment_plan, "summary": summary}[kind].parse(data, f"{kind}.md", "exp_001")


@pytest.mark.parametrize("kind", ["status", "plan", "summary", "code"])
def test_each_document_has_a_good_and_a_bad_example(kind: str) -> None:
    """Whoever writes one sees how, and how not."""
    assert {quality for _, of, quality, _, _ in EXAMPLES if of == kind} == {"good", "bad"}


@pytest.mark.parametrize(("page", "kind", "quality", "codes", "text"), EXAMPLES)
def test_examples_are_what_they_say(page: str, kind: str, quality: str, codes: str, text: str) -> None:
    """A good example is read without a problem, a bad one gives the codes that are named above it."""
    assert page in PAGES
    if kind == "code":
        assert code.code_facts({"experiment.py": text.encode()}, frozenset()).uses_chance
        assert ("AUTORESEARCH_SEED" in text) is (quality == "good")
    elif kind == "inbox":
        assert demo_worker.header(text)["action"] in {action.value for action in Action}
    else:
        assert {problem.code for problem in parsed(kind, text).problems} == set(codes.split())


@pytest.mark.parametrize("words", [Action, Ending, Standing, Outcome])
def test_formats_name_every_word(words: type) -> None:
    """Each member that a worker may meet has its row."""
    for word in words:
        assert f"| `{word.value}` |" in PAGES["formats.md"]


def test_formats_name_every_exit_code() -> None:
    """Each exit code has its row, and there is no row for one that does not exist."""
    table = PAGES["formats.md"].split("## Exit codes")[1]
    assert {int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == set(Exit)


def test_worker_says_what_to_do_for_each_action() -> None:
    """No action can arrive that the protocol is silent about, and the scripted worker knows them all."""
    for action in Action:
        assert re.search(rf"^\| `{action.value}` \|", PAGES["worker.md"], re.MULTILINE)


def test_pages_have_one_version() -> None:
    """The three pages are read together, so they carry one number."""
    versions = {re.search(r"^Version (\d+)", page, re.MULTILINE)[1] for page in PAGES.values()}
    assert len(versions) == 1


def test_a_workers_instructions_are_short() -> None:
    """What a worker reads before its first experiment, all of it; formats.md is for looking things up."""
    root = PROTOCOL.parent
    read = [root / "AGENTS.md", root / "program.md", PROTOCOL / "worker.md", PROTOCOL / "experiment.md"]
    assert sum(len(TOKEN.findall(page.read_text(encoding="utf-8"))) for page in read) <= MOST_TOKENS


def test_the_program_says_how_to_begin() -> None:
    """The coordinator, the inboxes, one worker each in parallel, the end."""
    program = (PROTOCOL.parent / "program.md").read_text(encoding="utf-8")
    for words in ("coordinator status", "coordinator watch", "inbox.md", "in parallel", "findings.md", "Wait until"):
        assert words in program
    assert "in parallel" in (PROTOCOL.parent / "AGENTS.md").read_text(encoding="utf-8")
    assert (PROTOCOL.parent / "CLAUDE.md").read_text(encoding="utf-8").startswith("@AGENTS.md\n")


COMMAND = re.compile(r"`(python -m coordinator [^`]+)`")


@pytest.mark.parametrize(
    "command", sorted({found for name in ("worker.md", "experiment.md") for found in COMMAND.findall(PAGES[name])})
)
def test_every_command_of_the_protocol_is_permitted(command: str) -> None:
    """Whoever does nothing but follow it never meets a permission prompt."""
    filled = re.sub(r"<your folder>|runs/<run>-<direction>", "runs/20261123_143022-a", command)
    assert permitted.is_permitted(filled.split())
