"""A request reads back as it was written, and a forged one is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordinator.model.record import Phase, Request
from coordinator.text import request

REQUESTS = st.builds(
    Request,
    experiment=st.from_regex(r"exp_[0-9]{3,6}", fullmatch=True),
    phase=st.sampled_from(Phase),
    id=st.from_regex(r"[0-9a-f]{1,32}", fullmatch=True),
)
GOOD = b'{\n  "experiment": "exp_001",\n  "files_sha256": "",\n  "id": "ab12",\n  "phase": "explore"\n}\n'


@settings(deadline=None, max_examples=30)
@given(REQUESTS)
def test_parse_after_print_is_the_same(value: Request) -> None:
    """Nothing is lost."""
    assert request.parse(request.print_(value), "request.json").value == value


def test_the_bytes() -> None:
    """Sorted keys, two spaces, a line break at the end."""
    assert request.print_(Request(experiment="exp_001", phase=Phase.EXPLORE, id="ab12")) == GOOD


def test_every_prefix_is_a_problem() -> None:
    """A torn request is not acted on."""
    data = GOOD.removesuffix(b"\n")
    assert all(request.parse(data[:end], "request.json").problems for end in range(len(data)))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (GOOD.replace(b"ab12", b"../../etc"), "bad_value"),
        (GOOD.replace(b"exp_001", b"exp_1"), "bad_value"),
        (GOOD.replace(b"explore", b"EXPLORE"), "bad_value"),
        (GOOD.replace(b'"ab12"', b'["ab12"]'), "bad_value"),
        (GOOD.replace(b"{", b'{"seeds": [1],'), "unknown_key"),
        (b"{" + b" " * (1 << 16) + b"}", "json_too_large"),
    ],
)
def test_a_forged_request_is_a_problem(data: bytes, code: str) -> None:
    """Anybody can write the file; nothing but the three values gets through."""
    (problem,) = request.parse(data, "request.json").problems
    assert (problem.code, problem.line) == (code, 0)
