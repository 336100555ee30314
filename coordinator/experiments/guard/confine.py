"""How does a forked process confine itself just before it becomes an experiment? In the only order that works.

Mounts first, since Landlock forbids to change them; capabilities next; then Landlock and the filter, which
nothing takes off again. Whatever fails raises, and then there is no experiment: never one with less than
its record says.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from coordinator.experiments.guard import kernel, landlock, mounts, seccomp


def confine(confinement: Mapping[str, Any] | None, folder: str) -> None:
    """Confine this process.

    Args:
        confinement: `Confinement` as a mapping; None to leave the process as it is.
        folder: its working directory, entered again: before, it was that of another mount.

    Raises:
        OSError: the system refused.
    """
    if confinement is None:
        return
    kernel.close_on_exec(3)
    writable = tuple(confinement["writable"])
    if confinement["mounts"]:
        mounts.privately(writable)
        os.chdir(folder)
    mounts.drop_capabilities()
    rules = landlock.Rules(
        writable=(*writable, *confinement["shared"]),
        readable=tuple(confinement["readable"]),
        devices=tuple(confinement["devices"]),
        tcp=confinement["network"],
    )
    landlock.restrict(rules, confinement["abi"])
    seccomp.refuse(network=confinement["network"])
