"""Does the trust benchmark measure what it says, and does the coordinator pass its small version?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import trust_bench
from trust import pool, tables
from trust.campaign import Played, Task
from trust.catalogue import CLASSES, KINDS
from trust.judges import BASELINES, Judged
from trust.negatives import NEGATIVES
from trust.tally import Share, Tally, places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    """Run the small version as its users do, and read what it wrote."""
    outcomes = tmp_path_factory.mktemp("trust") / "played.json"
    command = [sys.executable, str(ROOT / "scripts" / "trust_bench.py"), "--quick", "--json", str(outcomes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Tally(tuple(_played(one) for one in json.loads(outcomes.read_text())))


def _played(said: dict[str, object]) -> Played:
    found = tuple(Judged(**{**one, "believed": tuple(one["believed"])}) for one in said["judged"])
    more = {"task": Task(**said["task"]), "truths": tuple(said["truths"]), "judged": found}
    return Played(**{**said, **more, "alarms": frozenset(said["alarms"])})


def test_noise_becomes_no_finding(quick: Tally) -> None:
    """At most one null campaign of twenty has a finding, and the simplest rule believes in most of them."""
    coordinator, naive, *_ = tables.JUDGES.values()
    assert len(quick.group("null")) == trust_bench.QUICK.null
    assert quick.false_campaigns(coordinator).rate <= 0.05
    assert quick.false_campaigns(naive).rate > 0.4


def test_effects_are_found(quick: Tally) -> None:
    """At least four of five effects of d = 2."""
    power = quick.power(tables.JUDGES["this coordinator"])
    assert power.n >= trust_bench.QUICK.power
    assert power.rate >= 0.8


@pytest.mark.parametrize("number", CLASSES)
def test_defects_are_named(quick: Tally, number: int) -> None:
    """Every planted defect of a class, its known misses aside; each of them is planted too."""
    must, missed = places()[number]
    recall = quick.recall(must)
    assert recall.n >= len(must) > 0
    assert recall.k == recall.n, f"{CLASSES[number]}: {recall}"
    assert quick.recall(missed).n >= len(missed)


def test_nobody_is_accused_for_nothing(quick: Tally) -> None:
    """No alarm on a clean twin or a hard negative."""
    assert quick.clean_alarms().n >= len(CLASSES)
    assert quick.hard_alarms().n >= len(NEGATIVES)
    accused = [(one.task, sorted(one.alarms)) for name in ("twin", "hard") for one in quick.group(name) if one.alarms]
    assert accused == []


def test_the_table_is_of_this_script(quick: Tally) -> None:
    """The classes, kinds, misses, columns and circumstances in docs/reliability.md are those of the script."""
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    block = text.split(trust_bench.BEGIN)[1].split(trust_bench.END)[0].splitlines()
    now = list(tables.lines(quick))
    assert [_names(line) for line in block if line.startswith("|")] == [
        _names(line) for line in now if line.startswith("|")
    ]


def _names(line: str) -> list[str]:
    """Give the cells of a row that are no counts."""
    return [cell.strip() for cell in line.split("|") if "%" not in cell]


def test_every_class_has_a_kind() -> None:
    """Twenty-three classes, each planted by somebody and named by some code."""
    assert sorted({kind.number for kind in KINDS}) == list(CLASSES) == list(range(1, 24))
    assert all(place.count(":") == 1 for kind in KINDS for place in kind.expects.split())


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (8, 10, 0.4439, 0.9748), (1, 300, 0.0001, 0.0184)],
)
def test_bounds_are_exact(k: int, n: int, low: float, high: float) -> None:
    """Clopper and Pearson's, against values from tables."""
    assert Share(k, n).bounds == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("study", ["true_tree", "null_ridge", "leak_overlap_trees", "certain_bayes"])
def test_a_process_gives_the_same_numbers(study: str, tmp_path: Path) -> None:
    """What the pool has of a study is what a process of that very code writes."""
    variables = {"AUTORESEARCH_SEED": "12345", "AUTORESEARCH_OUTPUTS": str(tmp_path), "PYTHONPATH": str(pool.TARGET)}
    code = tmp_path / "experiment.py"
    code.write_text(pool.code(study))
    subprocess.run([sys.executable, str(code)], env={**os.environ, **variables}, check=True)
    _, (row,) = pool.measured(study, range(12345, 12346))
    assert json.loads((tmp_path / "metrics.json").read_text()) == row


@pytest.mark.parametrize("study", pool.names("null_"))
def test_null_studies_have_no_effect(study: str) -> None:
    """The next seed is the same measurement with the arms exchanged, so that a pool's mean effect is zero."""
    _, rows = pool.measured(study, range(6))
    assert rows[0] != rows[2]
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        assert one == {"treated": other["control"], "control": other["treated"]}


def test_a_placebo_is_another_measurement() -> None:
    """Permuted labels teach nothing: what was an effect is none any more."""
    effects = []
    for placebo in (False, True):
        _, rows = pool.measured("true_bayes", range(40), placebo=placebo)
        effects.append(sum(row["treated"]["accuracy"] - row["control"]["accuracy"] for row in rows) / len(rows))
    assert effects[0] > 0.06
    assert abs(effects[1]) < 0.06


def test_the_simple_rules_are_told_apart() -> None:
    """Three of them, in the order of the tables."""
    assert tuple(tables.JUDGES) == ("this coordinator", *BASELINES)
    some = Judged("question_00", found=False, held=False, believed=(True, False, True))
    assert [judge(some) for judge in tables.JUDGES.values()] == [False, True, False, True]


def test_only_the_block_is_written() -> None:
    """What stands around the marks stays."""
    text = f"before\n{trust_bench.BEGIN}\nold\n{trust_bench.END}\nafter\n"
    made = trust_bench.renewed(text, ["new"])
    assert made == f"before\n{trust_bench.BEGIN}\n\nnew\n\n{trust_bench.END}\nafter\n"
    assert trust_bench.renewed(made, ["new"]) == made
