"""`assistants hook`: an event of a client on stdin, its answer on stdout.

A module of its own with little imported: it is started around each tool call of an assistant.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from coordinator.assistants import hook
from coordinator.errors import Exit
from coordinator.store.state import State

EVENT_CAP = 8 << 20
"""Bytes of what a client says: whole files that are to be written may be in it."""


def main(arguments: argparse.Namespace) -> int:
    """Answer one event; what is not understood gets no answer, and stops nobody."""
    try:
        said = json.loads(sys.stdin.buffer.read(EVENT_CAP))
    except ValueError:
        return Exit.FINE
    if not isinstance(said, dict):
        return Exit.FINE
    event = hook.Event(arguments.client, said, State.default(os.environ), os.environ)
    answered = hook.reply(event, Path(arguments.root))
    print(answered.out, end="")
    print(answered.err, end="", file=sys.stderr)
    return answered.code
