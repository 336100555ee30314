"""Which seeds does an experiment run on? The coordinator's choice, from a secret that no worker can read.

A seed depends on everything that was sealed, so none is known before the plan is, and choosing a plan by its
seeds is not possible; and it depends on nothing else, so anybody who has the secret can derive it again
(`verify`).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass
from itertools import count as counted

from coordinator.model.record import Phase
from coordinator.text import canonical

SEED_BITS = 31
"""Seeds lie below 2**31: numpy, torch and C's int all take them."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What one set of seeds is drawn for.

    Args:
        direction, experiment: names.
        phase: exploring or confirming.
        index: which start of this experiment, or which confirmation of its direction, from 1.
        plan_sha256, code_sha256: of what was sealed.
    """

    direction: str
    experiment: str
    phase: Phase
    index: int
    plan_sha256: str
    code_sha256: str


def derive(secret: bytes, draw: Draw, count: int, avoid: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """Derive seeds: distinct, below 2**31, the same for the same secret and draw.

    Args:
        secret: of the run, 32 bytes.
        draw: what they are for.
        count: how many.
        avoid: seeds that were used before; fresh ones are others.

    Source:
        HMAC-SHA256 in counter mode, as in NIST SP 800-108 (2022), section 4.1.
    """
    assert secret, "seeds without a secret could be guessed"
    found: dict[int, None] = {}
    for block in counted():
        if len(found) == count:
            break
        message = canonical.dumps({**asdict(draw), "block": block})
        word = hmac.digest(secret, message, hashlib.sha256)[:4]
        seed = int.from_bytes(word, "big") >> (32 - SEED_BITS)
        if seed not in avoid:
            found[seed] = None
    return tuple(found)
