"""How does the scripted worker read and write its documents? Text and numbers only; it decides nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml

PLACEHOLDER = re.compile(r"\{\{([\w.]+)\}\}")
HEADING = re.compile(r"^## (.+?)[ \t]*$", re.MULTILINE)


def header(text: str) -> dict[str, Any]:
    """Read the front matter of a document; empty if there is none."""
    parts = text.split("---\n", 2)
    return (yaml.safe_load(parts[1]) or {}) if len(parts) == 3 and not parts[0].strip() else {}


def read(path: Path) -> str:
    """Read a text file, or nothing where there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def write(path: Path, text: str) -> None:
    """Write a file beside its place and move it there, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in place of `{{their.names}}`."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)


def rounded(number: float) -> str:
    """Give three decimals, and no minus before a zero."""
    return f"{round(number, 3) + 0.0:.3f}"


def flat(tree: Mapping[str, Any], above: str = "") -> dict[str, float]:
    """Flatten nested metrics to dotted paths."""
    found: dict[str, float] = {}
    for name, value in tree.items():
        path = f"{above}{name}"
        found |= flat(value, f"{path}.") if isinstance(value, dict) else {path: float(value)}
    return found


def means(experiment: Path) -> dict[str, float]:
    """Average each metric over the seeds, from the outputs and from nothing else."""
    files = sorted(experiment.glob("outputs/seed_*/metrics.json"))
    seeds = [flat(json.loads(read(file))) for file in files]
    return {name: fmean(seed[name] for seed in seeds) for name in seeds[0]} if seeds else {}


def met(claim: Mapping[str, Any], metrics: Mapping[str, float]) -> bool:
    """Tell whether the outputs agree with a prediction, on average over the seeds."""
    baseline = claim["baseline"]
    difference = metrics[claim["metric"]] - (metrics[baseline] if baseline in metrics else float(baseline))
    by = float(claim["by"])
    if claim["change"] == "equal":
        return abs(difference) <= by
    return (difference if claim["change"] == "increase" else -difference) >= by


def sections(text: str) -> dict[str, str]:
    """Split a summary at its headings; what stands before the first one is under ''."""
    parts = HEADING.split(text)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def section_at(text: str, line: int) -> str:
    """Name the section of a summary that a line lies in."""
    above = HEADING.findall("\n".join(text.splitlines()[:line]))
    return above[-1] if above else ""


def mended(old: str, new: str, lines: Sequence[int]) -> str:
    """Replace the sections that problems point at by better ones; all of them where a line tells nothing."""
    before, after = sections(old), sections(new)
    named = {section_at(old, line) for line in lines if line > 0}
    if not named or before.keys() != after.keys():
        return new
    chosen = {title: (after if title in named else before)[title] for title in after}
    return chosen.pop("") + "".join(f"## {title}{body}" for title, body in chosen.items())


def told(claims: Sequence[Mapping[str, Any]], metrics: Mapping[str, float]) -> dict[str, str]:
    """Give the values of otherwise.md: the primary claim and what became of it."""
    primary = claims[0]
    return {
        "claim.id": primary["id"],
        "claim.metric": primary["metric"],
        "claim.baseline": primary["baseline"],
        "claim.observed": rounded(metrics[primary["metric"]]),
        "claim.compared": rounded(metrics[primary["baseline"]]),
        "claim.verdict": "held" if met(primary, metrics) else "failed",
    }
