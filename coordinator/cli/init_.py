"""`init`: a fresh workspace for somebody's own codebase, or for the demo."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import coordinator
from coordinator.assistants import CLIENTS
from coordinator.assistants.setup import settle
from coordinator.errors import Exit, UsageError
from coordinator.model.settings import Settings
from coordinator.store.clients import PROMPTS
from coordinator.store.layout import Workspace

DIRECTIONS = """\
# The questions of the next run, one worker each. A good question can come out wrong.
directions:
  - id: first_question
    title: Say in one line what you want to know
    question: >-
      Ask something that a number can refute, and name the number.
    context: >-
      What a newcomer to your codebase has to know: where to look, what was tried, what would surprise you.
"""


def main(arguments: argparse.Namespace) -> Exit:
    """Make a workspace and say what to do next."""
    workspace = make(Path(arguments.dir), demo=arguments.demo)
    target = workspace.root / "research_target"
    print(f"{workspace.root} is ready. Next:")
    if not arguments.demo:
        print(f"  1. put your codebase at {target}, or name its place in {workspace.config_file}")
        print(f"  2. write your questions in {workspace.directions_file}, and your bar in {workspace.rubric_file}")
    print("  then, in that folder: python -m coordinator watch")
    return Exit.FINE


def make(folder: Path, *, demo: bool) -> Workspace:
    """Make a workspace in an empty or new folder.

    Args:
        folder: where.
        demo: with the demo's codebase and directions.

    Raises:
        UsageError: the folder is not empty, or this installation lacks the files to copy.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("is not empty", path=str(folder), hint="name a new folder")
    source = sources()
    workspace = Workspace(folder)
    shutil.copytree(source.config_file.parent, workspace.config_file.parent)
    shutil.copytree(source.protocol, workspace.protocol)
    for name in PROMPTS:
        shutil.copy2(source.root / name, workspace.root / name)
    papers = workspace.papers
    papers.folder.mkdir()
    for path in (source.papers.guide, *source.papers.templates):
        shutil.copy2(path, papers.folder / path.name)
    for made in (papers.raw, papers.text, papers.overview, papers.condensed, workspace.runs):
        made.mkdir(parents=True)
    target = workspace.root / "research_target"
    if demo:
        shutil.copytree(source.root / target.name, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.mkdir()
        workspace.directions_file.write_text(DIRECTIONS, encoding="utf-8")
    for client in CLIENTS:
        settle(workspace, Settings(), client, check=False)
    return workspace


def sources() -> Workspace:
    """Give the checkout that this package belongs to: a workspace is copied from it.

    Raises:
        UsageError: the package was installed without it.
    """
    workspace = Workspace(Path(coordinator.__file__).parents[1])
    if not workspace.protocol.is_dir() or not workspace.directions_file.is_file():
        hint = "use the package from a checkout: `pip install -e .` there, or its scripts/demo.py"
        raise UsageError("this installation lacks protocol/ and config/", path=str(workspace.root), hint=hint)
    return workspace
