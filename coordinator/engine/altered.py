"""What of the target, and of what else is protected, is not as it was when the run began?

Looked at now and then, since a target may have many files, and again whenever something is about to be ruled
on that rests on it: a verdict, an ending, the findings.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from coordinator.engine.opening import Opened
from coordinator.errors import MachineError
from coordinator.experiments.guard import protected
from coordinator.model.entry import DirectionEnded, VerdictGiven
from coordinator.model.plan import Plan
from coordinator.model.problem import Problem
from coordinator.store.layout import Workspace
from coordinator.store.manifest import how

EVERY_SECONDS = 5.0
"""Between two looks at a small target …"""
SHARE = 0.02
"""… and of one core, at most, for those at a large one."""
NAMED = 20
"""Changed things that are named one by one; more are named together."""
_PLAIN = re.compile(r"(protected )?[\w./-]{1,80}")
HINT = "put it back as it was when the run began, for example from version control, or start a new run: `watch --new`"


class Altered:
    """Compares everything that a run protects with the note of how it was.

    Args:
        workspace: where everything lies.
        opened: the run.
        monotonic: seconds from a clock that is never set back, for what a look costs.
    """

    def __init__(self, workspace: Workspace, opened: Opened, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._target = workspace.relative(workspace.target(opened.run.settings.research_target_path))
        self._watch = protected.watch_of(workspace, opened.run)
        self._frozen = protected.shown(workspace, opened.run)
        self._baseline = opened.baseline
        self._monotonic = monotonic
        self._found: tuple[Problem, ...] = ()
        self._looked: datetime | None = None
        self._pause = timedelta()

    def lately(self, now: datetime) -> tuple[Problem, ...]:
        """Give what was found not long ago.

        Args:
            now: UTC.
        """
        due = self._looked is None or not timedelta() <= now - self._looked < self._pause
        return self.look(now) if due else self._found

    def look(self, now: datetime) -> tuple[Problem, ...]:
        """Look, and give what is not as it was."""
        if self._baseline is None:
            return ()
        began = self._monotonic()
        self._found = tuple(self._differing())
        cost = self._monotonic() - began
        self._looked, self._pause = now, timedelta(seconds=max(EVERY_SECONDS, cost / SHARE))
        return self._found

    def _differing(self) -> Iterator[Problem]:
        assert self._baseline is not None, "somebody has looked"
        try:
            mark = self._watch.mark()
        except MachineError as error:
            yield Problem(self._target, 0, "target_changed", error.message, HINT)
            return
        # The frozen config has its own way of being put back and named.
        paths = [path for path in self._watch.differences(self._baseline, mark) if path != self._frozen]
        for path in paths[:NAMED]:
            message = how(self._baseline.get(path), mark.entries.get(path))
            yield Problem(self._shown(path), 0, "target_changed", message, HINT)
        if len(paths) > NAMED:
            yield Problem(
                self._target, 0, "target_changed", f"more than {NAMED} things in it are not as they were", HINT
            )

    def _shown(self, path: str) -> str:
        """Give a path as problems show it: from the root of the workspace.

        What came new was named by whoever made it, and its name goes into every worker's inbox: one that
        could carry a sentence is not repeated there.
        """
        assert self._baseline is not None, "somebody has looked"
        if path not in self._baseline and not _PLAIN.fullmatch(path):
            path = f"{path.rpartition('/')[0]}/?" if _PLAIN.fullmatch(path.rpartition("/")[0]) else "?"
        named = protected.below(path)
        return f"{self._target}/{path}" if named is None else named


def rests_on_it(plan: Plan) -> bool:
    """Tell whether a plan rules on something: a verdict, an ending, the findings."""
    return plan.compile or any(isinstance(act, VerdictGiven | DirectionEnded) for act in plan.acts)
