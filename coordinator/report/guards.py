"""What did guard and limits keep experiments from, and what not? In words, for findings and for `doctor`."""

from __future__ import annotations

from collections.abc import Collection

from coordinator.model.protection import Protection

_KEPT = {
    Protection.TARGET: "the target was compared, file by file, before and after each experiment, to void it",
    Protection.WRITES: "experiments could write to nothing but their own outputs and a temporary folder",
    Protection.METADATA: "they could change the mode, owner and times of nothing else",
    Protection.READS: "they could read neither the coordinator's secrets nor other workers' files",
    Protection.PROCESSES: "they could reach no process but their own",
    Protection.TCP: "they could open no TCP connection",
    Protection.NETWORK: "they could open no socket but local ones",
}
_UNKEPT = {
    Protection.TARGET: "Changes to the target: `allow_research_target_writes` was on, or no experiment ran.",
    Protection.WRITES: "That an experiment writes nowhere but to its own outputs; of the target, changes were found.",
    Protection.METADATA: "That an experiment changes no mode, owner or times of files that are not its own.",
    Protection.READS: "That an experiment reads no file of another worker, and no secret of the coordinator.",
    Protection.PROCESSES: "That an experiment leaves other processes of the same user alone.",
    Protection.NETWORK: "That an experiment uses no network: `experiment_network: deny` was not enforced in full.",
}

_HELD = {
    "cgroup": "the kernel limits memory and number of each process tree, and ends it at once",
    "cgroup without memory, sampled": "the kernel ends each process tree at once; its memory is limited by looking",
    "sampled": "each process tree is looked at ten times a second; no control group can be made here",
    "job object": "memory and number of each process tree; CPU time and outputs are only measured",
    "none": "only wall time is limited",
}


def held(limits: str) -> str:
    """Say what holds a process tree to its limits, its own name first."""
    return f"{limits}: {_HELD[limits]}" if limits in _HELD else limits


def kept(enforced: Collection[Protection]) -> str:
    """Say what was enforced; empty if nothing was."""
    shown = [one for one in Protection if one in enforced]
    if Protection.NETWORK in shown and Protection.TCP in shown:
        shown.remove(Protection.TCP)
    return "; ".join(_KEPT[one] for one in shown)


def not_kept(enforced: Collection[Protection], *, network: bool) -> tuple[str, ...]:
    """Say what was not enforced, one sentence each.

    Args:
        enforced: what was.
        network: whether the network was to be used freely.
    """
    wanted = [one for one in _UNKEPT if one is not Protection.NETWORK or not network]
    return tuple(_UNKEPT[one] for one in wanted if one not in enforced)
