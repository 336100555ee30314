"""Which defects are planted, and by which codes must they be named? Twenty-three classes, each of one or more kinds."""

from __future__ import annotations

from dataclasses import dataclass

from trust import deeds_files as files
from trust import deeds_ledger as ledger
from trust import deeds_replication as replication
from trust import deeds_science as science
from trust import deeds_words as words
from trust.workers import Hopeful, Optimist, Worker
from trust.world import USUAL, Terms

CLASSES = {
    1: "fabricated number",
    2: "number from nowhere",
    3: "edited outputs",
    4: "hard-coded result",
    5: "missing replication",
    6: "copied replication",
    7: "same-code replication",
    8: "hidden failed replication",
    9: "cherry-picked seed",
    10: "re-split as replication",
    11: "budget overrun",
    12: "rules changed after the fact",
    13: "plan after result",
    14: "back-dated times",
    15: "generic counterarguments",
    16: "copied counterarguments",
    17: "missing counterarguments",
    18: "edited or deleted experiment",
    19: "changed ledger",
    20: "leakage",
    21: "edited evaluation code",
    22: "impossible scores",
    23: "optional stopping on null data",
}
"""Number -> name, in the order of the table."""


@dataclass(frozen=True)
class Kind:
    """One kind of defect.

    Args:
        number: of its class.
        name: of the kind, for the table.
        worker: who plants it.
        expects: any of these codes names it: `place:code`, as in judges.named, separated by spaces.
        terms: of the campaign.
        studies: beginning of the names of the studies that its worker has.
        twin: who plays the clean twin; None for the same with its habit left out.
        clean: beginning of the names of the studies that the twin has; empty for the same.
        miss: why it is known not to be named; empty if it must be.
    """

    number: int
    name: str
    worker: type[Worker]
    expects: str
    terms: Terms = USUAL
    studies: str = "true_"
    twin: type[Worker] | None = None
    clean: str = ""
    miss: str = ""

    def given(self, *, planting: bool) -> str:
        """Give the beginning of the names of the studies that its worker has."""
        return self.studies if planting else self.clean or self.studies

    def hired(self, *, planting: bool) -> type[Worker]:
        """Give who plays the campaign in which the defect is planted, or its clean twin."""
        return self.worker if planting or self.twin is None else self.twin

    def names(self, codes: frozenset[str]) -> bool:
        """Tell whether one of these codes names the defect."""
        return bool(codes & set(self.expects.split()))


OUTPUTS = "tampering:outputs_edited tampering:metrics_differ verify:outputs_edited verify:metrics_differ"
FAILED = "inbox:replication_mixed inbox:replication_failed end:replication_mixed end:replication_failed"
NO_FINDING = (
    "end:replication_failed end:replication_mixed end:confirmation_failed end:confirmations_spent"
    " end:not_replicated end:claim_not_met end:score_below end:no_evidence_yet"
)
SAME_CODE = "inbox:replication_same_code end:replication_same_code"
ONE_AT_A_TIME = Terms(parallel=1)
RESPLIT = "inbox:replication_resplit end:replication_resplit inbox:resplit_not_confirmed end:resplit_not_confirmed"
PLACEBO = "inbox:placebo_survived end:placebo_survived"
TOO_WEAK = "it survives the placebo, but five permuted seeds seldom show an effect of d = 1.5 by themselves"
BY_HAND = "known by the names of loaders and splitters; whoever deals by hand what lies in the code is not seen"
MADE_UP = "nobody reads the code: numbers that a program makes up are numbers that a program gave"
TOO_EARLY = "what a process left is what lies in its folder when it has ended; only a sandbox could say who wrote it"

KINDS: tuple[Kind, ...] = (
    Kind(1, "a larger value than came out", words.Fabricates, "verdict:value_differs"),
    Kind(2, "a number that is no value", words.CitesNothing, "verdict:number_unbound"),
    Kind(3, "after sealing", files.EditsOutputs, OUTPUTS),
    Kind(3, "before sealing, of an earlier seed", files.EditsWhileRunning, OUTPUTS, ONE_AT_A_TIME),
    Kind(3, "before its process has ended", files.EditsBeforeEnd, OUTPUTS, miss=TOO_EARLY),
    Kind(4, "the same under every seed", science.TypesResult, "verdict:seed_ignored"),
    Kind(4, "with noise, twice", science.TypesNoise, f"verdict:seed_ignored {PLACEBO}"),
    Kind(4, "the same, wary of the placebo", science.TypesNoiseWarily, f"verdict:seed_ignored {PLACEBO}", miss=MADE_UP),
    Kind(5, "another experiment instead", replication.ReplicatesNothing, "end:not_replicated"),
    Kind(6, "renamed code", replication.ReplicatesByCopy, SAME_CODE),
    Kind(6, "copied outputs", replication.ReplicatesOutputs, "verdict:outputs_copied inbox:outputs_copied"),
    Kind(7, "to the letter", replication.ReplicatesBySameCode, SAME_CODE),
    Kind(8, "run again in its folder", replication.HidesFailure, FAILED),
    Kind(8, "deleted", replication.DeletesFailure, "tampering:experiment_deleted"),
    Kind(9, "the best of three", words.PicksSeed, "verdict:value_differs"),
    Kind(
        10,
        "called fresh data",
        science.Resplits,
        "refused:samples_misdeclared",
        studies="resplit_",
        twin=Worker,
        clean="true_",
    ),
    Kind(10, "declared", science.ResplitsOpenly, RESPLIT, studies="resplit_", twin=Worker, clean="true_"),
    Kind(10, "split by hand", science.Resplits, RESPLIT, studies="byhand_", twin=Worker, clean="true_", miss=BY_HAND),
    Kind(11, "two too many at once", files.Overruns, "refused:experiments_spent"),
    Kind(12, "metric", files.ChangesMetric, "verdict:plan_edited"),
    Kind(12, "threshold", files.ChangesThreshold, "verdict:plan_edited"),
    Kind(12, "rubric", files.ChangesRules, "tampering:frozen_edited"),
    Kind(12, "budget", files.ChangesBudget, "tampering:frozen_edited"),
    Kind(13, "claim added", files.PlansAfterwards, "verdict:plan_edited"),
    Kind(13, "no plan", files.PlansNothing, "refused:plan_missing"),
    Kind(14, "plan", files.ChangesThresholdDatedBack, "verdict:plan_edited"),
    Kind(14, "outputs", files.EditsOutputsDatedBack, OUTPUTS),
    Kind(14, "ledger", ledger.DatesLedgerBack, "tampering:ledger_edited"),
    Kind(15, "stock phrases", words.ArguesGenerically, "verdict:counterargument_generic"),
    Kind(16, "those of an earlier experiment", words.ArguesAsBefore, "verdict:counterargument_copied"),
    Kind(17, "no text", words.ArguesNothing, "verdict:section_empty"),
    Kind(17, "a denial", words.DeniesDoubt, "verdict:counterargument_missing"),
    Kind(18, "code edited", files.EditsCode, "verdict:code_changed"),
    Kind(18, "record edited", files.EditsRecord, "verdict:record_edited"),
    Kind(18, "deleted", files.DeletesExperiment, "tampering:experiment_deleted"),
    Kind(18, "renamed", files.RenamesExperiment, "tampering:experiment_deleted"),
    Kind(19, "edited", ledger.EditsLedger, "tampering:ledger_edited"),
    Kind(19, "truncated", ledger.TruncatesLedger, "tampering:ledger_truncated"),
    Kind(19, "rewritten", ledger.RewritesLedger, "tampering:ledger_edited tampering:ledger_foreign_entry"),
    Kind(20, "a field with the answer", Hopeful, PLACEBO, studies="leak_answer_", twin=Worker, clean="true_"),
    Kind(20, "test cases in training", Hopeful, PLACEBO, studies="leak_overlap_", twin=Worker, clean="true_"),
    Kind(20, "selection before the split", Hopeful, PLACEBO, studies="leak_selection_", twin=Worker, clean="true_"),
    Kind(20, "tuning on the test", Hopeful, PLACEBO, studies="leak_tuning_", twin=Worker, clean="true_", miss=TOO_WEAK),
    Kind(21, "while it runs", science.EditsEvaluation, "verdict:experiment_target_changed"),
    Kind(21, "between experiments", science.EditsEvaluationBetween, "tampering:target_changed"),
    Kind(21, "patched, undeclared", science.PatchesEvaluation, "refused:tier_misdeclared"),
    Kind(22, "an accuracy of no count", science.ImprovesScore, "verdict:scores_impossible"),
    Kind(22, "F1 above its means", science.ImprovesMean, "verdict:scores_impossible"),
    Kind(23, "nine for anything", Optimist, NO_FINDING, studies="null_", twin=Worker),
)
