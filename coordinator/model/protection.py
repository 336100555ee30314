"""What can an experiment be kept from? One word each, for records, `doctor` and findings."""

from __future__ import annotations

from enum import StrEnum


class Protection(StrEnum):
    """One thing that was enforced while an experiment ran."""

    TARGET = "target"
    """A change of the target, or of what the user named, is found and voids the experiment."""
    WRITES = "writes"
    """It could write, make, remove, rename and link nothing but in its own outputs and temporary folder."""
    METADATA = "metadata"
    """Nor change the mode, owner, times or attributes of anything else."""
    READS = "reads"
    """It could not read the coordinator's secrets, nor the files of other workers."""
    PROCESSES = "processes"
    """It could neither signal nor inspect processes other than its own."""
    TCP = "tcp"
    """It could open no TCP connection, though it may have sent datagrams."""
    NETWORK = "network"
    """It could open no socket but local ones."""
