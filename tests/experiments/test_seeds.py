"""Are seeds distinct, repeatable, in range, and dependent on everything that was sealed?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.experiments.seeds import Draw, derive
from coordinator.model.record import Phase

SECRET = bytes(range(32))
DRAW = Draw("metric_divergence", "exp_001", Phase.EXPLORE, 1, "a" * 64, "b" * 64)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 200), st.integers(1, 50))
@settings(deadline=None, max_examples=50)
def test_laws(secret: bytes, count: int, index: int) -> None:
    """As many as asked for, all different, 31 bits, the same again, and a longer draw begins with a shorter one."""
    draw = replace(DRAW, index=index)
    found = derive(secret, draw, count)
    assert len(found) == len(set(found)) == count
    assert all(0 <= seed < 2**31 for seed in found)
    assert found == derive(secret, draw, count)
    assert derive(secret, draw, count + 1)[:count] == found


@pytest.mark.parametrize(
    "other",
    [
        replace(DRAW, direction="other"),
        replace(DRAW, experiment="exp_002"),
        replace(DRAW, phase=Phase.CONFIRM),
        replace(DRAW, index=2),
        replace(DRAW, plan_sha256="c" * 64),
        replace(DRAW, code_sha256="c" * 64),
    ],
)
def test_everything_that_was_sealed_matters(other: Draw) -> None:
    """Whatever differs in the draw gives other seeds: none can be known before, none carried over."""
    assert not set(derive(SECRET, other, 10)) & set(derive(SECRET, DRAW, 10))


def test_the_secret_matters() -> None:
    """Without the secret the seeds cannot be computed."""
    assert not set(derive(SECRET, DRAW, 10)) & set(derive(b"x" * 32, DRAW, 10))


def test_fresh_seeds_are_others() -> None:
    """What was used before is passed over."""
    used = derive(SECRET, DRAW, 3)
    fresh = derive(SECRET, DRAW, 10, avoid=frozenset(used))
    assert not set(fresh) & set(used)
    assert fresh == derive(SECRET, DRAW, 13)[3:]


def test_known_answer() -> None:
    """Seeds of a run can be derived again by a later version: the first ones are nailed down."""
    assert derive(SECRET, DRAW, 3) == (522186651, 945396473, 398910593)
