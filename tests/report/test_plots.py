"""Are the pictures honest, drawable and the same every time?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from coordinator.model.experiment import Change
from coordinator.report.plots import ROWS_CAP, draw, effect_rows
from coordinator.report.view import RunView

AGAIN = """
import hashlib, sys
from datetime import UTC, datetime
from decimal import Decimal
from coordinator.model.experiment import Claim
from coordinator.model.finding import Agreement, Effect, Evidence, Finding, Replication
from coordinator.model.settings import Settings
from coordinator.report.plots import draw
from coordinator.report.view import RunView
claim = Claim(id="c", metric="m", baseline="b", change="increase", by=Decimal("0.05"))
shown = Evidence("exp_001", "holds", 8.0, Effect(claim, (0.1, None, 0.2), 0.15), True, None, None)
none = Replication((), (), Agreement.NONE)
said = ("", "", "", "")
finding = Finding(
    "d", "t", "q", None, False, None, "exp_001", 8.0, None, *said, none, (), None, None, (shown,), 1, ()
)
view = RunView("r", datetime(2026, 1, 1, tzinfo=UTC), None, Settings(), (), (finding,), {})
assert "matplotlib" not in sys.modules, "imported where a picture is drawn, and not before"
print([(plot.name, hashlib.sha256(plot.png).hexdigest()) for plot in draw(finding, view)])
"""


def test_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    """Neither hash seeds nor a user's own matplotlib settings nor the time change a byte."""
    (tmp_path / "matplotlibrc").write_text("axes.facecolor: red\nfont.size: 20\nsavefig.dpi: 30\n", "utf-8")
    told = []
    for number, folder in (("1", ""), ("2", str(tmp_path))):
        env = {**os.environ, "PYTHONHASHSEED": number, "PYTHONPATH": os.pathsep.join(sys.path)}
        env |= {"MATPLOTLIBRC": folder} if folder else {}
        ran = subprocess.run([sys.executable, "-c", AGAIN], env=env, capture_output=True, text=True, check=True)
        told.append(ran.stdout)
    assert "d-effect.png" in told[0]
    assert told[0] == told[1]


def test_every_seed_is_a_dot_and_only_fresh_ones_have_an_interval(every_kind: RunView) -> None:
    """Failed seeds are counted in the label; a decrease is drawn to the left."""
    (finding,) = (finding for finding in every_kind.findings if finding.direction == "calibration")
    rows = effect_rows(finding)
    assert [row.label for row in rows] == [
        "exp_002\n3 seeds",
        "exp_003\n3 seeds",
        "exp_004\n3 seeds",
        "confirmation 1\n10 fresh seeds",
        "confirmation 2\n9 of 10 fresh seeds",
    ]
    assert [len(row.dots) for row in rows] == [3, 3, 3, 10, 9]
    assert [row.interval is not None for row in rows] == [False, False, False, True, True]
    assert rows[0].dots == (-0.05, -0.04, -0.06)
    assert rows[0].mean == pytest.approx(-0.05)


def test_other_claims_are_not_drawn_on_the_same_axis(make: SimpleNamespace) -> None:
    """Effects of different claims have different units."""
    other = make.claim().model_copy(update={"id": "another"})
    shown = (
        make.evidence("exp_001", make.effect([0.1])),
        make.evidence("exp_002", make.effect([9.0], other)),
    )
    rows = effect_rows(make.finding(experiments=shown, experiment="exp_001"))
    assert [row.dots for row in rows] == [(0.1,)]


@pytest.mark.parametrize("value", [1.7e308, 1e-310, 1e99, 1e-99, 0.0])
@pytest.mark.parametrize("by", ["0", "1e-300", "1e300", "0.05"])
def test_no_number_of_a_worker_breaks_the_pictures(make: SimpleNamespace, value: float, by: str) -> None:
    """Numbers beyond drawing leave the effect out; nothing warns and nothing raises."""
    effect = make.effect([value / 2, -value / 2, None], make.claim(Change.EQUAL, by))
    finding = make.finding(experiments=(make.evidence("exp_001", effect),), experiment="exp_001")
    names = [plot.name for plot in draw(finding, make.view(finding))]
    assert names[0] == "some_direction-scores.png"
    assert (len(names) == 1) == (value in {1.7e308, 1e-310})


def test_nothing_to_show_draws_nothing(make: SimpleNamespace) -> None:
    """No experiments: no picture. No measured effect: no picture of effects."""
    assert draw(make.finding(), make.view()) == ()
    bare = make.finding(experiments=(make.evidence("exp_001", make.effect([None])),), experiment="exp_001")
    assert [plot.name for plot in draw(bare, make.view(bare))] == ["some_direction-scores.png"]


def test_long_campaigns_show_their_end(make: SimpleNamespace) -> None:
    """More experiments than rows fit: the last ones are drawn, the unmeasured among them named as such."""
    shown = [make.evidence(f"exp_{n:03}", make.effect([0.1])) for n in range(1, 41)]
    shown[-1] = make.evidence("exp_040", make.effect([None]), standing="failed", score=None)
    finding = make.finding(experiments=tuple(shown), experiment="exp_001")
    rows = effect_rows(finding)
    assert len(rows) == ROWS_CAP
    assert rows[-1].label == "exp_040, does not count\n0 of 1 seed"
    assert len(draw(finding, make.view(finding))) == 2
