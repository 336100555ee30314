"""How is each rule satisfied? For whoever reads a verdict: one sentence a code that can stand against an experiment."""

from __future__ import annotations

from collections.abc import Mapping

REMEDIES: Mapping[str, str] = {
    "unwitnessed": "run it with `run`; numbers from other processes count for nothing",
    "experiment_deleted": "nothing brings it back; go on with another experiment",
    "plan_edited": "put the sealed plan back, or run the experiment again",
    "code_changed": "put the sealed code back, or run the experiment again",
    "record_edited": "run the experiment again",
    "experiment_failed": "read outputs/seed_*.stderr.txt and mend it in another experiment",
    "experiment_timed_out": "make it smaller, in another experiment",
    "experiment_no_metrics": "write metrics.json to AUTORESEARCH_OUTPUTS, in another experiment",
    "experiment_bad_metrics": "write finite numbers only, in another experiment",
    "experiment_target_changed": "do not write to the target, in another experiment",
    "summary_missing": "write summary.md from the outputs",
    "seed_ignored": "take all randomness from AUTORESEARCH_SEED, and run it again",
    "result_hardcoded": "measure the claimed result instead of typing it in",
    "outputs_copied": "compute the outputs from AUTORESEARCH_SEED instead of reading those of another run",
    "scores_impossible": "mend how the scores are computed; name averages as such, f1_macro",
    "tier_misdeclared": "plan it with the tier that it has",
    "samples_misdeclared": "declare `samples: resplit` and its `test_fraction`, or draw fresh data under each seed",
    "value_differs": "declare the mean over the seeds of the sealed outputs, rounded as you like",
    "value_unknown_metric": "name a dotted path that every seed's metrics.json has",
    "value_unknown_part": "name two other declared values that have a metric",
    "number_unbound": "declare the number under `values:`, or leave it out",
    "counterargument_missing": "argue against the finding",
    "counterargument_generic": "name a metric or two settings of this very experiment",
    "counterargument_without_mechanism": "say by which mechanism the finding could come about and be wrong",
    "counterargument_without_test": "say what would test it",
    "counterargument_copied": "write a new one: this was said before",
    "claim_not_met": "nothing mends a prediction that failed; it is reported as a null result",
    "no_claim": "plan an experiment with a claim: an exploratory one cannot become the finding",
    "score_below": "an experiment that answers the question better scores higher",
    "score_changed": "nothing: the score that the evidence was accepted with is kept",
    "set_aside": "make another experiment: this one was sent back, or asked for, too often",
    "not_a_replication": "name the original under `replicates:` and measure its primary claim",
    "replication_planned_before": "plan the replication after the original has ended",
    "replication_other_claims": "claim every id of the original, in the same sense",
    "replication_same_code": "write the replication by other means",
    "replication_resplit": "replicate on data of its own",
    "replication_failed": "more replications must agree than disagree; every attempt counts",
    "confirmation_failed": "p at most alpha, and a mean of at least half of the first one's, on every fresh seed",
    "resplit_not_confirmed": "data that no seed has seen: splits of one data set confirm nothing",
    "placebo_survived": "an effect that is larger with the real labels than with permuted ones",
    "refuted": "nothing: its own condition came true",
}
"""By code."""


def remedy(code: str) -> str:
    """Say how to satisfy a rule; empty where its message says all."""
    return REMEDIES.get(code, "")
