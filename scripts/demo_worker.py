"""Play one worker by the protocol, without a model: `python scripts/demo_worker.py runs/<worker>`.

It stands in for a coding assistant in the demo and in tests. It knows protocol/ and nothing else: it talks to
the coordinator through files and through `python -m coordinator run` and `next`, and imports nothing of it.
What it does next follows from inbox.md and from its own folder alone, so that it may be killed and started
again at any time. Its experiments are in demo_experiments/: code, plan, and what to write of either outcome.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo_writing import fill, header, means, mended, met, read, rounded, told, write

TEMPLATES = Path(__file__).resolve().parent / "demo_experiments"
EXPERIMENTING = ("begin", "continue", "replicate", "change_approach")
"""Actions that are carried out by one more experiment."""
LATER = 75
"""Exit code of the coordinator's commands: not there yet, call again."""
WAIT_SECONDS = 30

PROBLEM = re.compile(r"summary\.md:(\d+)\b")


@dataclass(frozen=True)
class Inbox:
    """What the coordinator asks for: the front matter of inbox.md that matters here, and its text."""

    instruction: int
    action: str
    about: str | None
    text: str


class Worker:
    """One worker: its folder in runs/ and what is written there.

    Args:
        root: of the workspace.
        folder: of the worker, relative to the root.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.name = folder.as_posix()
        self.folder = root / folder
        self.direction = folder.name.split("-", 1)[1]
        self.catalogue = sorted(path.parent for path in (TEMPLATES / self.direction).glob("*/plan.md"))

    # reads

    def inbox(self) -> Inbox | None:
        """Read the present instruction; None before the first one."""
        text = read(self.folder / "inbox.md")
        facts = header(text)
        if "instruction" not in facts:
            return None
        return Inbox(int(facts["instruction"]), facts["action"], facts.get("about"), text)

    def said(self) -> dict[str, Any]:
        """Read our own last report."""
        return header(read(self.folder / "status.md"))

    def answered(self) -> int:
        """Give the number of the last instruction that we carried out."""
        return int(self.said().get("answered", 0))

    def experiments(self) -> list[Path]:
        """List our experiment folders, oldest first."""
        return sorted((self.folder / "experiments").glob("exp_*"))

    def template_of(self, experiment: Path) -> Path | None:
        """Tell which template an experiment was made from, by its code."""
        code = read(experiment / "experiment.py")
        return next((each for each in self.catalogue if read(each / "experiment.py") == code), None)

    # writes

    def report(self, state: str, answered: int, experiment: str | None, note: str) -> None:
        """Write status.md."""
        lines = [f"direction: {self.direction}", f"state: {state}", f"answered: {answered}"]
        lines += [f"experiment: {experiment}"] if experiment else []
        write(self.folder / "status.md", "\n".join(["---", *lines, "---", note, ""]))
        print(f"{self.direction}: {note}", flush=True)

    def choose(self, inbox: Inbox) -> Path | None:
        """Choose the next template: one that replicates what is asked for, or else the first new one."""
        used = [self.template_of(each) for each in self.experiments()]
        left = [each for each in self.catalogue if each not in used]
        wanted = self.template_of(self.folder / "experiments" / inbox.about) if inbox.about else None
        if inbox.action == "replicate":
            return next((each for each in left if wanted and self.original_of(each) == wanted.name), None)
        return next((each for each in left if not self.original_of(each)), None)

    def original_of(self, template: Path) -> str | None:
        """Name the template that this one replicates, if any."""
        found = re.search(r"^replicates: \{\{(\w+)\}\}$", read(template / "plan.md"), re.MULTILINE)
        return found[1] if found else None

    def prepare(self, experiment: Path, template: Path) -> None:
        """Write plan, patches and, last, the code: what has its code is whole, and may be sealed."""
        made = {each.name: self.template_of(each) for each in self.experiments()}
        names = {template.name: name for name, template in made.items() if template}
        names["experiment"] = experiment.name
        if (template / "patch.json").is_file():
            patch = json.loads(read(template / "patch.json"))
            original = read(self.root / "research_target" / patch["file"])
            write(experiment / "patches" / patch["file"], original.replace(patch["old"], patch["new"]))
        write(experiment / "plan.md", fill(read(template / "plan.md"), names))
        write(experiment / "experiment.py", read(template / "experiment.py"))

    def summary(self, experiment: Path, *, careful: bool) -> str:
        """Write up an experiment as its outputs demand; the first time perhaps as a careless draft."""
        metrics, template = means(experiment), self.template_of(experiment)
        assert template, f"{experiment.name} was made from a template"
        claims = header(read(experiment / "plan.md"))["claims"]
        held = all(met(claim, metrics) for claim in claims)
        values = {name: rounded(mean) for name, mean in metrics.items()} | {"experiment": experiment.name}
        draft, final = template / "draft.md", template / ("summary.md" if held else "failed.md")
        if held and draft.is_file() and not careful:
            return fill(read(draft), values)
        if final.is_file():
            return fill(read(final), values)
        return fill(read(TEMPLATES / "otherwise.md"), values | told(claims, metrics))

    # acts

    def coordinator(self, *arguments: str) -> int:
        """Call the coordinator's command line, in the root of the workspace; give its exit code."""
        return subprocess.run([sys.executable, "-m", "coordinator", *arguments], cwd=self.root, check=False).returncode

    def run(self, experiment: Path, *flags: str) -> int:
        """Have an experiment run and wait for its end; a call that returns early is made again."""
        path = experiment.relative_to(self.root).as_posix()
        while (code := self.coordinator("run", path, *flags)) == LATER:
            time.sleep(0.5)
        return code

    def finish(self, experiment: Path) -> str:
        """Bring an experiment to its summary from wherever it was left."""
        if (experiment / "summary.md").is_file():
            return f"{experiment.name} is written up."
        code = self.run(experiment)
        if not means(experiment):
            return f"{experiment.name} gave no metrics; `run` ended with {code}."
        write(experiment / "summary.md", self.summary(experiment, careful=False))
        return f"{experiment.name} has run and is written up."

    def experiment(self, inbox: Inbox) -> str | None:
        """Carry out one more experiment; None if there is nothing left to try."""
        template = self.choose(inbox)
        if template is None:
            return None
        whole = [int(each.name[4:]) for each in self.experiments() if (each / "experiment.py").is_file()]
        folder = self.folder / "experiments" / f"exp_{max(whole, default=0) + 1:03d}"
        self.report("working", self.answered(), folder.name, f"{folder.name}: {template.name}.")
        self.prepare(folder, template)
        return self.finish(folder)

    def unfinished(self) -> Path | None:
        """Find the experiment that an earlier life of this program was on when it was killed."""
        said = self.said()
        folder = self.folder / "experiments" / str(said.get("experiment"))
        return folder if said.get("state") == "working" and (folder / "experiment.py").is_file() else None

    def revise(self, experiment: Path, inbox: Inbox) -> str:
        """Mend the parts of a summary that the problems in the inbox point at."""
        if not means(experiment):
            return self.finish(experiment)
        old, new = read(experiment / "summary.md"), self.summary(experiment, careful=True)
        lines = [int(line) for line in PROBLEM.findall(inbox.text)]
        write(experiment / "summary.md", mended(old, new, lines) if old else new)
        return f"{experiment.name}: {len(lines) or 'all'} problems of the summary mended."

    def rerun(self, experiment: Path) -> str:
        """Have an experiment run again, and bring its summary in line with the new outputs."""
        code = self.run(experiment)
        if not means(experiment):
            return f"{experiment.name} gave no metrics; `run` ended with {code}."
        write(experiment / "summary.md", self.summary(experiment, careful=True))
        return f"{experiment.name} has run again and is written up anew."

    def carry_out(self, inbox: Inbox) -> str | None:
        """Do what one instruction says; give a line about it, or None if there is nothing left to try."""
        open_one = self.unfinished()
        note = self.finish(open_one) if open_one and inbox.action != "stop" else "Here, and waiting."
        about = self.folder / "experiments" / inbox.about if inbox.about else None
        if inbox.action in EXPERIMENTING:
            return note if open_one else self.experiment(inbox)
        if inbox.action == "revise" and about and about.is_dir():
            return self.revise(about, inbox)
        if inbox.action == "rerun" and about and about.is_dir():
            return self.rerun(about)
        if inbox.action == "confirm" and about:
            code = self.run(about, "--confirm")
            return f"{about.name} ran on fresh seeds; `run --confirm` ended with {code}."
        return "Stopped, as told." if inbox.action == "stop" else note

    def answer(self, inbox: Inbox) -> None:
        """Carry one instruction out and say so."""
        print(f"{self.direction}: {inbox.instruction} {inbox.action} {inbox.about or ''}", flush=True)
        note = self.carry_out(inbox)
        made = self.experiments()
        state = "done" if note is None or inbox.action == "stop" else "waiting"
        note = note or "Nothing is left that would be worth trying."
        self.report(state, inbox.instruction, made[-1].name if made else None, note)

    def work(self, patience: float) -> int:
        """Go from instruction to instruction until `stop`.

        Args:
            patience: seconds without a new instruction after which to give up.
        """
        heard = time.monotonic()
        while time.monotonic() - heard < patience:
            inbox = self.inbox()
            if inbox and inbox.instruction > self.answered():
                self.answer(inbox)
                heard = time.monotonic()
            if inbox and inbox.action == "stop":
                return 0
            code = self.coordinator("next", self.name, "--wait", str(WAIT_SECONDS))
            time.sleep(0.5 if code else 0.05)
        return LATER


def main(arguments: Sequence[str] | None = None) -> int:
    """Work in the folder named, until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="the worker's folder, runs/<run>-<direction>")
    parser.add_argument("--patience", type=float, default=600, help="seconds without news before giving up")
    options = parser.parse_args(arguments)
    folder = Path(options.folder).resolve()
    return Worker(folder.parents[1], folder.relative_to(folder.parents[1])).work(options.patience)


if __name__ == "__main__":
    sys.exit(main())
