"""The schemas are current, and accept and refuse what the parsers do, as far as a schema can."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from coordinator.model.settings import Settings
from coordinator.text import canonical, config, ledger, schema

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = schema.schemas()
SHA256 = "ab" * 32
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def fits(value: object, rule: dict[str, Any], root: dict[str, Any]) -> bool:
    """Tell whether a value fits a schema: the few words of JSON Schema that ours use."""
    if "$ref" in rule:
        return fits(value, root["$defs"][rule["$ref"].removeprefix("#/$defs/")], root)
    checks = (
        _typed(value, rule.get("type")),
        "const" not in rule or value == rule["const"],
        "enum" not in rule or value in rule["enum"],
        all(fits(value, part, root) for part in rule.get("allOf", [])),
        "anyOf" not in rule or any(fits(value, part, root) for part in rule["anyOf"]),
        "oneOf" not in rule or sum(fits(value, part, root) for part in rule["oneOf"]) == 1,
        "not" not in rule or not fits(value, rule["not"], root),
        not isinstance(value, str) or bool(re.search(rule.get("pattern", ""), value)),
        not isinstance(value, str | list) or _sized(value, rule),
        not isinstance(value, int | float) or _bounded(value, rule),
        not isinstance(value, list) or all(fits(item, rule.get("items", {}), root) for item in value),
        not isinstance(value, dict) or _keyed(value, rule, root),
    )
    return all(checks)


def _typed(value: object, name: str | None) -> bool:
    if name in {"integer", "number"}:
        return isinstance(value, int if name == "integer" else (int, float)) and not isinstance(value, bool)
    return name is None or isinstance(value, TYPES[name])


def _sized(value: str | list[Any], rule: dict[str, Any]) -> bool:
    least = rule.get("minLength", rule.get("minItems", 0))
    return least <= len(value) <= rule.get("maxLength", len(value))


def _bounded(value: float, rule: dict[str, Any]) -> bool:
    return (
        rule.get("minimum", value) <= value <= rule.get("maximum", value)
        and value > rule.get("exclusiveMinimum", value - 1)
        and value < rule.get("exclusiveMaximum", value + 1)
    )


def _keyed(value: dict[str, Any], rule: dict[str, Any], root: dict[str, Any]) -> bool:
    known = rule.get("properties", {})
    others = rule.get("additionalProperties", {})
    return set(rule.get("required", [])) <= set(value) and all(
        fits(inner, known[key], root) if key in known else others is not False and fits(inner, others, root)
        for key, inner in value.items()
    )


def accepts(name: str, value: object) -> bool:
    """Tell whether a document's schema accepts a value."""
    return fits(value, SCHEMAS[f"{name}.json"], SCHEMAS[f"{name}.json"])


def test_the_files_are_current() -> None:
    """`python scripts/schemas.py` writes them."""
    folder = ROOT / "protocol" / "schema"
    written = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    assert written == {name: schema.print_(made) for name, made in SCHEMAS.items()}


def test_every_document_has_one() -> None:
    """The ten that have keys; a rubric is free text, metrics are whatever was measured."""
    names = "config directions inbox ledger plan record request run status summary"
    assert sorted(SCHEMAS) == [f"{name}.json" for name in names.split()]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_leads_somewhere_and_none_is_idle(name: str) -> None:
    """Nothing is left of what was cut out, and nothing that is needed was."""
    made = SCHEMAS[name]
    text = schema.print_(made).decode()
    wanted = set(re.findall(r'"#/\$defs/(\w+)"', text))
    assert wanted == set(made.get("$defs", {}))
    assert list(json.loads(text))[:2] == ["$schema", "title"]


@pytest.mark.parametrize("name", ["plan.json", "summary.json", "status.json"])
def test_the_body_is_not_in_the_front_matter(name: str) -> None:
    """Sections, notes and lines are not keys that somebody could write."""
    text = json.dumps(SCHEMAS[name]["properties"])
    assert "Section" not in text
    assert not {"note", "lines", "hypothesis", "key_findings"} & set(SCHEMAS[name]["properties"])


def _design(name: str) -> dict[str, Any]:
    """Give the examples of the design, as an editor's YAML reader sees them."""
    texts = {
        "status": "{direction: metric_divergence, state: working, answered: 4, experiment: exp_003}",
        "plan": (
            "{experiment: exp_003, tier: 1, replicates: exp_001, claims: [{id: tuned_beats_default, "
            "metric: ratio_20.f1_tuned, baseline: ratio_20.f1_default, change: increase, by: 0.05}]}"
        ),
        "summary": (
            "{experiment: exp_003, score: 8, values: {f1_tuned: {metric: ratio_20.f1_tuned, value: 0.31}}, "
            "refuted_if: ratio_20.f1_tuned < 0.2}"
        ),
        "inbox": (
            "{direction: metric_divergence, instruction: 5, action: replicate, about: exp_003, "
            "reasons: [score_reached, evidence_holds, not_replicated], "
            "budget: {experiments_left: 2, wall_minutes_left: 431}, ending: null}"
        ),
        "directions": (
            "{directions: [{id: a, title: A, question: Q, done: true, budget: {wall_minutes: null}, "
            "significance: {alpha: 0.01}}]}"
        ),
        "request": "{experiment: exp_001, id: ab12, phase: explore, files_sha256: ''}",
    }
    return dict(yaml.safe_load(texts[name]))


@pytest.mark.parametrize("name", ["status", "plan", "summary", "inbox", "directions", "request"])
def test_the_designs_examples_fit_and_unknown_keys_do_not(name: str) -> None:
    """An editor is content with the design, and underlines a typing mistake."""
    assert accepts(name, _design(name))
    assert not accepts(name, {**_design(name), "sead": 1})


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("status", "state", "sleeping"),
        ("status", "answered", -1),
        ("plan", "tier", 4),
        ("plan", "experiment", "exp_1"),
        ("plan", "claims", [{"id": "a", "metric": "m", "baseline": 0, "change": "equal", "by": -1}]),
        ("plan", "claims", [{"id": "a", "metric": "two words", "baseline": 0, "change": "equal", "by": 1}]),
        ("summary", "score", 11),
        ("summary", "refuted_if", "it does not work"),
        ("summary", "values", {"a": {"metric": "m", "value": "high"}}),
        ("inbox", "budget", {"experiments_left": -1, "wall_minutes_left": None}),
        ("directions", "directions", []),
        ("request", "phase", "both"),
    ],
)
def test_wrong_values_do_not_fit(name: str, key: str, value: object) -> None:
    """Types, bounds, patterns and choices are those of the model."""
    assert not accepts(name, {**_design(name), key: value})


def test_a_config_fits_in_both_spellings_but_not_in_both_at_once() -> None:
    """The flat keys of earlier users are known; beside their new names they are a mistake."""
    assert accepts("config", {})
    assert accepts("config", yaml.safe_load(config.print_(Settings())))
    for alias, (group, key) in config.ALIASES.items():
        assert accepts("config", {alias: 5, group: {}})
        assert not accepts("config", {alias: 5, group: {key: 5}})
        assert not accepts("config", {alias: 0})


def test_a_sealed_line_fits() -> None:
    """Envelope and fact on one level; a key of another kind of fact is no key of this one."""
    values = {"kind": "first_report", "direction": "a", "n": 1, "at": "2026-11-23T14:30:22Z"}
    line = {**values, "prev": ledger.FIRST_PREV, "digest": canonical.sha256(b"")}
    assert accepts("ledger", line)
    assert not accepts("ledger", {**line, "ending": "lost"})
    assert not accepts("ledger", {**line, "kind": "run_ended"})
    assert not accepts("ledger", values)


def test_what_we_write_has_every_key() -> None:
    """Readers of record.json need not ask whether a key is there."""
    assert not accepts("record", {"direction": "a", "experiment": "exp_001"})
    assert accepts("record", {"direction": "a", "experiment": "exp_001", "executions": []})
