"""What may the user set in config/config.yaml, and what does each setting mean?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from coordinator.model.document import Document, Nullable

Minutes = Annotated[float, Field(gt=0)]
Megabytes = Annotated[float, Field(ge=1)]


class Budget(Document):
    """What one direction may use."""

    experiments: int = Field(default=5, ge=1)
    """Experiments started, failed and timed-out ones included. A confirmation costs none."""
    wall_minutes: Annotated[Minutes | None, Nullable] = 480
    """Minutes of wall time from the direction's first report. None: no limit."""
    compute_minutes: Annotated[Minutes | None, Nullable] = None
    """CPU minutes summed over all experiment processes. None: no limit."""
    gpu_minutes: Annotated[Minutes | None, Nullable] = None
    """GPU minutes summed over all experiment processes, where `nvidia-smi` tells. None: no limit."""
    experiment_seconds: float = Field(default=300, gt=0)
    """Wall seconds that one process may take; then its whole process tree is killed."""
    experiment_memory_mb: Annotated[Megabytes | None, Nullable] = None
    """MiB that one process and all that it starts may hold; then all of it is killed. None: no limit."""
    experiment_outputs_mb: Annotated[Megabytes | None, Nullable] = 1024
    """MiB that one process may leave in its outputs; then its whole process tree is killed. None: no limit."""


class Significance(Document):
    """How good a finding must be."""

    score: float = Field(default=7, ge=1, le=10)
    """Self-score (of 10) from which an experiment is worth replicating."""
    min_experiments: int = Field(default=3, ge=1)
    """No direction is finalized, or given up as done, on fewer witnessed experiments."""
    replications: int = Field(default=1, ge=0)
    """Follow-up experiments that must agree. 0: none is asked for."""
    explore_seeds: int = Field(default=3, ge=1, le=100)
    """Seeds of an ordinary experiment, one process each."""
    confirm_seeds: Annotated[int, Field(ge=0, le=1000)] = 10
    """Fresh seeds of a confirmation; 0 turns confirmation off. At most two confirmations a direction."""
    placebo_seeds: int = Field(default=5, ge=0, le=100)
    """Seeds of a confirmation with permuted training labels, where the target offers that; 0 turns it off."""
    alpha: float = Field(default=0.05, gt=0, lt=1)
    """Error rate of the whole run: one-sided, corrected over its directions (Holm)."""


class ExecutorSettings(Document):
    """How experiment processes are run."""

    engine: Literal["local"] = "local"
    """Where processes run. `local`: on this machine."""
    parallel: int = Field(default=2, ge=1, le=1024)
    """Experiment processes at a time, over all workers."""
    python: Annotated[str | None, Nullable] = None
    """Interpreter that runs experiment.py, for a target with an environment of its own. None: ours."""


class Attention(Document):
    """How patient the coordinator is."""

    stall_minutes: Minutes = 20
    """Minutes without any sign of life before a worker is nudged; three nudges, then it is lost."""
    revisions: int = Field(default=3, ge=1)
    """Times that one experiment is sent back before it is set aside."""
    circling: int = Field(default=3, ge=2)
    """Near-identical experiments in a row before a change of approach is ordered."""


class PaperSettings(Document):
    """What taking in one paper may cost."""

    ocr: bool = False
    """Recognize the letters of scanned papers with `ocrmypdf`, if it is installed."""
    pages: int = Field(default=1500, ge=1, le=100_000)
    """A longer paper is not read."""
    memory_mb: int = Field(default=768, ge=256)
    """Of the process that reads a paper (Linux)."""
    seconds: float = Field(default=360, gt=0)
    """Wall seconds for one paper."""


class AssistantSettings(Document):
    """How headless workers are started (`assistants launch`)."""

    client: Annotated[Literal["claude", "codex", "cursor"] | None, Nullable] = None
    """Which client is started. None: the first that is installed, in this order."""
    switch: bool = False
    """Whether another installed client goes on with a direction when the first has met its usage limit."""


class Settings(Document):
    """The whole of config.yaml; every key is optional."""

    research_target_path: str = "research_target/"
    """The codebase under study: absolute, or from the root of the workspace."""
    allow_research_target_writes: bool = False
    """Lifts the protection of the target, and nothing else."""
    protected_paths: tuple[str, ...] = ()
    """Files and folders beside the target whose change voids an experiment too: code that evaluates, data."""
    experiment_network: Literal["allow", "deny"] = "allow"
    """Whether experiments may use the network. `deny` is enforced where the system can; records say so."""
    max_tier: int = Field(default=3, ge=1, le=3)
    """1 read-only, 2 monkey-patching in memory, 3 changed copies in patches/."""
    budget: Budget = Budget()
    significance: Significance = Significance()
    executor: ExecutorSettings = ExecutorSettings()
    attention: Attention = Attention()
    papers: PaperSettings = PaperSettings()
    assistants: AssistantSettings = AssistantSettings()
