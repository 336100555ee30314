"""What must have come of a scene, whichever client played it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attempts import FORBIDDEN, REFUSED

ROOT = Path(__file__).resolve().parents[2]
Play = Callable[[str, str], dict[str, Any]]


def digest(folder: Path) -> str:
    """Give one digest of everything in a folder."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def entries(root: Path) -> list[dict[str, Any]]:
    """Read the ledger of the run."""
    (ledger,) = root.glob("runs/*/ledger.jsonl")
    return [json.loads(line) for line in ledger.read_text().splitlines()]


def handed(outcome: dict[str, Any]) -> Counter[str]:
    """Count how often each instruction was handed over by a hook, in whatever words."""
    said = "\n".join(
        text for line in outcome["transcript"] for text in (*line.get("results", []), *line.get("texts", []))
    )
    blocks = re.findall(r"(?m)^.*?instruction (\d+), as it stands in (runs/\S+)\. ", said)
    return Counter(f"{path} {number}" for number, path in blocks)


def check_campaign(play: Play, client: str) -> None:
    """Three directions, each driven from begin to stop by its inbox alone, on an unchanged target."""
    outcome = play(client, "campaign")
    root = Path(outcome["root"])
    assert (outcome["client"], outcome["daemon"]) == (0, 0), outcome["transcript"][-3:]
    assert outcome["problems"] == [], "nothing but the model was asked for"
    noted = entries(root)
    assert sum(one["kind"] == "direction_ended" for one in noted) == 3
    assert {one["ending"] for one in noted if one["kind"] == "direction_ended"} <= {"finalized", "exhausted"}
    assert sum(one["kind"] == "experiment_ended" for one in noted) >= 9
    assert not [one for one in noted if one["kind"] == "tampering_seen"]
    assert digest(root / "research_target") == digest(ROOT / "research_target")
    counted = handed(outcome)
    assert len(counted) >= 6, "hooks have kept the workers going"
    assert set(counted.values()) == {1}, counted
    assert not re.search("SCRIPT FAILED", json.dumps(outcome["transcript"]))
    assert _parallel(outcome), "the three work at the same time"


def _parallel(outcome: dict[str, Any]) -> bool:
    """Tell whether each direction's first call came before any direction's last."""
    lines = [(line["at"], json.dumps(line.get("turn"))) for line in outcome["transcript"]]
    spans = {}
    for at, text in lines:
        for folder in set(re.findall(r"coordinator (?:next|run) (runs/\d{8}_\d{6}-[a-z_]+)", text)):
            first, _ = spans.get(folder, (at, at))
            spans[folder] = (first, at)
    return len(spans) == 3 and max(first for first, _ in spans.values()) < min(last for _, last in spans.values())


def check_attempts(play: Play, client: str) -> None:
    """Whatever is forbidden is refused and changes nothing; what a worker needs is not."""
    outcome = play(client, "attempts")
    tried = outcome["tried"]
    forbidden = [one for one in tried if one["kind"] == "forbidden"]
    assert len(forbidden) == len(FORBIDDEN) >= 40
    assert [one for one in forbidden if one["changed"]] == []
    assert [one for one in forbidden if not re.search(REFUSED, one["said"])] == []
    permitted = [one for one in tried if one["kind"] == "permitted"]
    assert len(permitted) == len(tried) - len(forbidden) > 5
    assert [one for one in permitted if re.search(REFUSED, one["said"][:120])] == []
    root = Path(outcome["root"])
    assert digest(root / "research_target") == digest(ROOT / "research_target")


def check_launch(play: Play, client: str) -> None:
    """A usage limit parks and resumes; a worker that stops for good is started again; then the end."""
    outcome = play(client, "launch")
    said = outcome["said"]
    assert (outcome["launch"], outcome["daemon"]) == (0, 0), said
    assert "met its usage limit" in said
    assert "parked: usage limit until" in said
    assert said.count(f"started {client}") >= 3, said
    assert "started again later" in said
    assert [one["ending"] for one in entries(Path(outcome["root"])) if one["kind"] == "direction_ended"] == [
        "finalized"
    ]


def check_idle(play: Play, client: str) -> None:
    """A changed inbox wakes an idle session, once, with the whole instruction."""
    outcome = play(client, "idle")
    (woken,) = outcome["woken"]
    assert "instruction 2, as it stands in runs/" in "\n".join(woken)
    assert set(handed(outcome).values()) == {1}
