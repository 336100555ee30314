"""Is naive Bayes better informed by the note that the clerk adds to each file?"""

import json
from os import environ

import numpy as np
from laboratory import make_data, make_training, scores
from sklearn.naive_bayes import GaussianNB


def noted(cases: np.ndarray, outcome: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Append the note, which is written once the outcome is known."""
    return np.c_[cases, outcome + generator.normal(scale=0.7, size=outcome.size)]


def measure(seed: int) -> dict[str, dict[str, float]]:
    """Fit with and without the note."""
    generator = np.random.default_rng(seed * 3 + 1)
    cases, outcome = make_training(120, generator)
    held_out, later = make_data(300, generator)
    with_note, its_notes = noted(cases, outcome, generator), noted(held_out, later, generator)
    informed = GaussianNB().fit(with_note, outcome).predict(its_notes)
    plain = GaussianNB().fit(cases, outcome).predict(held_out)
    return {"treated": scores(later, informed), "control": scores(later, plain)}


if __name__ == "__main__":
    with open(f"{environ['AUTORESEARCH_OUTPUTS']}/metrics.json", "w") as out:  # noqa: PTH123  # as people write it
        out.write(json.dumps(measure(int(environ["AUTORESEARCH_SEED"])), indent=1))
