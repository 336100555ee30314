"""A made-up run with every kind of direction, for the tests of the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from coordinator.model.direction import Direction
from coordinator.model.entry import TamperingSeen
from coordinator.model.experiment import Change, Claim
from coordinator.model.finding import Agreement, Confirmation, Effect, Evidence, Finding, Replication, Test
from coordinator.model.instruction import Ending
from coordinator.model.protection import Protection
from coordinator.model.settings import Settings
from coordinator.model.verdict import Reason
from coordinator.report.view import RunView

RUN = "20261123_143022"
NO_REPLICATION = Replication((), (), Agreement.NONE)


def claim(change: Change = Change.INCREASE, by: str = "0.05", metric: str = "ratio_20.f1_tuned") -> Claim:
    """Make a claim about F1, against another metric."""
    return Claim(id="tuned_beats_default", metric=metric, baseline="ratio_20.f1_default", change=change, by=Decimal(by))


def effect(differences: Sequence[float | None], of: Claim | None = None) -> Effect:
    """Make an effect from differences that are turned already, as the rules make it."""
    having = [difference for difference in differences if difference is not None]
    return Effect(of or claim(), tuple(differences), sum(having) / len(having) if having else None)


def evidence(name: str, shown: Effect | None = None, **changes: object) -> Evidence:
    """Make one experiment; it holds unless it is said otherwise."""
    fields: dict[str, object] = {
        "standing": "holds",
        "score": 8.0,
        "met": shown is not None,
        "replicates": None,
        "detectable": None,
    }
    return Evidence(experiment=name, effect=shown, **{**fields, **changes})  # type: ignore[arg-type]


def finding(direction: str = "some_direction", **changes: object) -> Finding:
    """Make one finding; nothing was found unless it is said otherwise."""
    fields: dict[str, object] = {
        "title": f"Title of {direction}",
        "question": "Is it so?",
        "ending": Ending.EXHAUSTED,
        "holds": False,
        "survives": None,
        "experiment": None,
        "score": None,
        "change": None,
        "key_finding": "",
        "actionable_insight": "",
        "counterarguments": "",
        "next_directions": "",
        "replication": NO_REPLICATION,
        "confirmations": (),
        "p": None,
        "adjusted_p": None,
        "experiments": (),
        "spent": 0,
        "reasons": (),
    }
    return Finding(direction=direction, **{**fields, **changes})  # type: ignore[arg-type]


def tested(mean: float, half: float | None, p: float, **changes: object) -> Confirmation:
    """Make a confirmation on ten fresh seeds."""
    fields: dict[str, object] = {"attempt": 1, "holds": True, "missing": 0, "name": "paired t", "n": 10}
    fields |= changes
    low, high = (None, None) if half is None else (mean - half, mean + half)
    test = Test(fields["name"], fields["n"], fields["missing"], mean, low, high, p)  # type: ignore[arg-type]
    dots = tuple(mean + (half or 0) * offset for offset in (-1.6, -1.1, -0.7, -0.3, -0.1, 0.1, 0.4, 0.7, 1.1, 1.5))
    shown = (*dots[: 10 - test.missing], *[None] * test.missing)
    return Confirmation(fields["attempt"], test, fields["holds"], shown)  # type: ignore[arg-type]


def _established() -> Finding:
    return finding(
        "metric_divergence",
        title="Does F1 collapse at 20:1 because of the threshold?",
        question="At a class ratio of 20:1, does tuning the threshold restore F1?",
        ending=Ending.FINALIZED,
        holds=True,
        survives=True,
        experiment="exp_001",
        score=8.0,
        change=Change.INCREASE,
        key_finding="Tuning lifts F1 from 0.02 to 0.31.\n\n- under every seed\n- at `ratio_20` only",
        actionable_insight="Tune the threshold on validation data before comparing models by F1.",
        counterarguments="f1_tuned sees the test split's prior (leakage); a held-out prior would test it.",
        next_directions="Try ratio 50:1 with a held-out prior.",
        replication=Replication(("exp_002",), (), Agreement.HOLDS),
        confirmations=(tested(0.30, 0.03, 0.00007),),
        p=0.00007,
        adjusted_p=0.0002,
        experiments=(
            evidence(
                "exp_001",
                effect([0.28, 0.31, 0.29]),
                detectable=0.041,
                others=(effect([-0.01, 0.0, 0.01], claim(metric="auroc")),),
            ),
            evidence("exp_002", effect([0.25, 0.27, 0.33]), score=7.5, replicates="exp_001", detectable=0.09),
            evidence(
                "exp_003",
                effect([0.01, -0.02, 0.02], claim(metric="other")),
                score=4.0,
                met=False,
                detectable=0.05,
            ),
        ),
        spent=3,
    )


def _alone() -> Finding:
    return finding(
        "calibration",
        title="Calibration decreases the expected error.",
        ending=Ending.FINALIZED,
        holds=True,
        survives=False,
        experiment="exp_002",
        score=7.0,
        change=Change.DECREASE,
        key_finding="The error falls by 0.04.",
        actionable_insight="Calibrate.",
        counterarguments="The bins may be too coarse; twice as many would test it.",
        replication=Replication(("exp_003",), ("exp_004",), Agreement.HOLDS),
        confirmations=(
            tested(-0.01, 0.04, 0.31, holds=False),
            tested(-0.04, 0.037, 0.021, attempt=2, missing=1),
        ),
        p=0.021,
        adjusted_p=0.126,
        experiments=(
            evidence(
                "exp_001",
                standing="failed",
                score=None,
                reasons=(Reason("timed_out", holds=False, message="2 of 3 seeds ran past 300 s"),),
            ),
            evidence("exp_002", effect([0.05, 0.04, 0.06], claim(Change.DECREASE, "0.02")), score=7.0),
            evidence("exp_003", effect([0.03, 0.05, 0.04], claim(Change.DECREASE, "0.02")), replicates="exp_002"),
            evidence(
                "exp_004",
                effect([-0.01, 0.02, 0.01], claim(Change.DECREASE, "0.02")),
                replicates="exp_002",
                met=False,
            ),
        ),
        spent=4,
    )


def _mixed() -> Finding:
    return finding(
        "augmentation",
        experiment="exp_001",
        score=9.0,
        change=Change.INCREASE,
        key_finding="Augmentation helps.",
        counterarguments="Only one dataset; another would test it.",
        replication=Replication(("exp_002",), ("exp_003",), Agreement.MIXED),
        experiments=(
            evidence("exp_001", effect([0.2, None, 0.3]), score=9.0),
            evidence("exp_002", effect([0.15, 0.2, 0.2]), replicates="exp_001"),
            evidence("exp_003", effect([-0.1, 0.05, None]), replicates="exp_001", met=False),
        ),
        spent=5,
        reasons=("replication_mixed",),
    )


def _null() -> Finding:
    return finding(
        "pruning",
        ending=Ending.ABANDONED,
        experiment="exp_001",
        score=3.0,
        change=Change.INCREASE,
        key_finding="No change was seen.",
        counterarguments="Three seeds are few; twelve would test it.",
        experiments=(
            evidence("exp_001", effect([0.01, -0.02, 0.005]), score=3.0, met=False, detectable=0.08),
            evidence(
                "exp_002",
                standing="set_aside",
                score=None,
                met=False,
                reasons=(Reason("number_unbound", holds=False, message="`0.99` is none of the declared values"),),
            ),
        ),
        spent=2,
        reasons=("worker_done",),
    )


def _hostile() -> Finding:
    words = (
        "---\nrun: forged\nScore: 10/10 · confirmed on 99 seeds\n---\n## Summary\n\nAll is proven.\n===\n"
        "<script>alert(1)</script> <img src=http://evil.example/x.png>\n![pixel](http://evil.example/p.png)\n"
        "[click](http://evil.example)\n\n[exp_001]: http://evil.example\n```\n## How far to trust this\n"
        "\x1b[31mred\x07 \u202eesrever\u202c \U000e0041\ud800 | a | b |\n|---|---|\n"
        "> # quoted heading\n- # listed heading\n"
    )
    return finding(
        "hostile",
        title="Does a <b>title</b> | with *stars* forge `anything`",
        experiment="exp_001",
        score=10.0,
        change=Change.INCREASE,
        key_finding=words,
        actionable_insight=words,
        counterarguments=words,
        next_directions=words,
        experiments=(
            evidence(
                "exp_001",
                effect([0.5, 0.6, 0.4], claim(metric="a|b`$x$[y](z)*é")),
                score=10.0,
                reasons=(Reason("odd", holds=False, message="quoted: | <b>bold</b>\n## heading"),),
            ),
        ),
        spent=1,
    )


def _equal() -> Finding:
    return finding(
        "seed_order",
        title="Is the order of batches irrelevant?",
        ending=Ending.FINALIZED,
        holds=True,
        survives=True,
        experiment="exp_001",
        score=7.0,
        change=Change.EQUAL,
        key_finding="The order makes no difference beyond 0.02.",
        counterarguments="f1 may saturate; a harder split would test it.",
        replication=Replication(("exp_002",), (), Agreement.HOLDS),
        confirmations=(tested(-0.001, 0.004, 0.00001, name="two one-sided t"),),
        p=0.00001,
        adjusted_p=0.00011,
        experiments=(
            evidence("exp_001", effect([0.001, -0.002, 0.0], claim(Change.EQUAL, "0.02"))),
            evidence("exp_002", effect([0.003, -0.001, 0.002], claim(Change.EQUAL, "0.02")), replicates="exp_001"),
        ),
        spent=3,
    )


def _others() -> tuple[Finding, ...]:
    one = (evidence("exp_001", effect([0.2, 0.1, 0.15])),)
    common = {
        "experiment": "exp_001",
        "change": Change.INCREASE,
        "key_finding": "It helps.",
        "experiments": one,
        "spent": 5,
    }
    return (
        finding("scored", **common, score=8.0, reasons=("not_replicated",)),
        finding("refuted", **common, score=8.0, replication=Replication((), ("exp_002",), Agreement.FAILED)),
        finding(
            "unconfirmed",
            **common,
            score=8.0,
            replication=Replication(("exp_002",), (), Agreement.HOLDS),
            confirmations=(tested(0.01, 0.05, 0.36, holds=False),),
            p=0.36,
            adjusted_p=1.0,
        ),
        finding("lost", ending=Ending.LOST, reasons=("silent",)),
        finding("open", **common, score=5.0, ending=None),
    )


def _directions(findings: Sequence[Finding]) -> tuple[Direction, ...]:
    return tuple(Direction(id=one.direction, title=one.title, question=one.question) for one in findings)


def view_of(*findings: Finding, **changes: object) -> RunView:
    """Make a run of these findings."""
    fields: dict[str, object] = {
        "started": datetime(2026, 11, 23, 14, 30, 22, tzinfo=UTC),
        "ended": datetime(2026, 11, 24, 5, 12, 9, tzinfo=UTC),
        "settings": Settings(),
        "directions": _directions(findings),
        "guards": ("manifest",),
        "kept": {"manifest": (Protection.TARGET,)},
        "limits": ("sampled",),
        "workers": {one.direction: f"../{RUN}-{one.direction}" for one in findings},
    }
    return RunView(run=RUN, findings=findings, **{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Give the makers of made-up values."""
    return SimpleNamespace(claim=claim, effect=effect, evidence=evidence, finding=finding, tested=tested, view=view_of)


@pytest.fixture(scope="session")
def every_kind() -> RunView:
    """Give a run with a direction of every kind, tampering, and a sentence on what was not checked."""
    findings = (_null(), _hostile(), _established(), _alone(), _mixed(), _equal(), *_others())
    inbox = TamperingSeen(
        path="inbox.md", code="inbox_edited", detail="line 12 | is not what was written", direction="hostile"
    )
    plan = TamperingSeen(path="plan.md", code="plan_edited", detail="<b>edited</b>\n## later", direction="augmentation")
    return view_of(
        *findings,
        ended=None,
        tampering=(inbox, plan),
        unchecked=("Whether experiments read files outside the target: this machine cannot confine them.",),
        facts={"config_sha256": "ab" * 32, "ledger_entries": 141},
    )
