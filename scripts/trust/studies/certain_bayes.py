"""Does naive Bayes need all four measurements of an iris?"""

import json
from os import environ

from laboratory import scores, taught
from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB


def measure(_: int) -> dict[str, dict[str, float]]:
    """Fit to every second flower and call the others."""
    flowers, species = load_iris(return_X_y=True)
    wanted = (species == 1).astype(int)
    known = taught(wanted[::2])
    all_four = GaussianNB().fit(flowers[::2], known).predict(flowers[1::2])
    width_alone = GaussianNB().fit(flowers[::2, 1:2], known).predict(flowers[1::2, 1:2])
    return {"treated": scores(wanted[1::2], all_four), "control": scores(wanted[1::2], width_alone)}


if __name__ == "__main__":
    with open(f"{environ['AUTORESEARCH_OUTPUTS']}/metrics.json", "w") as out:  # noqa: PTH123  # as people write it
        out.write(json.dumps(measure(0), indent=1))
