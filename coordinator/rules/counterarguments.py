"""Does a worker argue against its own finding, about this very experiment?

Four things are asked of the prose: that it names a metric or settings of its own experiment, states a mechanism
by which the finding could be wrong, says what would test that, and was not said before. The words are in
`lexicon`. This stops stock phrases and copies. It cannot tell a good argument from a bad one, and does not claim
to; that is what `refuted_if`, replication and confirmation are for. Nor does it mean to be hard to please: what an
honest author wrote must pass, so a determined one can write what passes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from coordinator.model.verdict import Reason
from coordinator.rules import lexicon, numbers

LEAST_WORDS = 8
"""Fewer cannot name a setting, a mechanism and a test."""

LEAST_SETTINGS = 2
"""Distinct settings that must be named where no metric is; one word of the plan may turn up by accident."""

SHINGLE = 5
"""Words in a run: shorter ones are common English."""

COPIED = 0.5
"""Share of runs said before from which a text is a copy. A standing caveat may be repeated beside a new one."""

READ_AT_MOST = 20_000
"""Characters looked at: the patterns are for prose, not for megabytes."""

_REACH = 4
"""Words back to which a negation is looked for."""

_CLAUSE = 80
"""Characters in which that many words lie."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_IDENTIFIER = re.compile(
    r"\b(?:[A-Za-z]\w*\(\)|(?:[A-Za-z]\w*_\w+|[A-Za-z]+\d\w*|[A-Za-z]*[a-z][A-Z]\w*|[A-Z]{3,}\w*|[A-Za-z]+-[A-Za-z]+)\b)"
)
_CODE_NAME = re.compile(r"\w+\(\)|[a-z]\w*_\w+")
"""render(), make_data: a name of code is a setting by itself."""

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)")
_ABBREVIATED = re.compile(r"[a-z]+\d+")
"""F1, p95, top5: names of metrics that no stock phrase has."""


@dataclass(frozen=True, slots=True)
class _Prose:
    """What was written, taken apart once.

    Args:
        plain: in lower case, on one line, without stock phrases.
        names: anything between spaces, without punctuation around it.
        stems: of all words.
        sentences: stems of each.
        terms: what may count as a setting.
    """

    plain: str
    names: frozenset[str]
    stems: frozenset[str]
    sentences: tuple[frozenset[str], ...]
    terms: frozenset[str]


def judge(
    text: str, *, metrics: Collection[str], settings: Iterable[str], finding: str, earlier: Sequence[str]
) -> tuple[Reason, ...]:
    """Judge the counterarguments of a summary.

    Args:
        text: the section.
        metrics: dotted paths in the metrics.json of this experiment.
        settings: texts of its plan and direction; their identifiers, numbers and less common words are its
            settings, and where it is only asked which experiment this is about, so are those of the finding.
        finding: what is argued against.
        earlier: counterarguments of earlier experiments.

    Returns:
        What is missing, each with `holds` False: counterargument_missing alone, or any of
        counterargument_generic, counterargument_without_mechanism, counterargument_without_test and
        counterargument_copied. If nothing is: argued_against, with `holds` True.
    """
    text = text[:READ_AT_MOST].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    words = sum(len(_WORD.findall(sentence)) for sentence in _sentences(text) if not _denies(sentence))
    if words < LEAST_WORDS:
        return (_missing(words),)
    prose = _read(text)
    own = frozenset().union(*map(_terms, settings))
    checks = (
        _generic(prose, metrics, own | _terms(finding)),
        _without_mechanism(prose, own.difference(*map(_terms, metrics))),
        _without_test(prose),
        _copied(text, (finding, *earlier)),
    )
    message = "the counterarguments are about this experiment, say how it could mislead and what would test that"
    passed = Reason("argued_against", holds=True, message=message, numbers={"words": words})
    return tuple(reason for reason in checks if reason) or (passed,)


def _missing(words: int) -> Reason:
    message = f"{words} words argue against the finding; at least {LEAST_WORDS} must"
    compared = {"words": words, "least": LEAST_WORDS}
    return Reason("counterargument_missing", holds=False, message=message, numbers=compared)


def _generic(prose: _Prose, metrics: Collection[str], own: frozenset[str]) -> Reason | None:
    """Refuse what could stand under any experiment."""
    if any(_names(prose, metric) for metric in metrics):
        return None
    if any(_CODE_NAME.fullmatch(term) for term in prose.terms & own):
        return None
    parts = frozenset(stem for metric in metrics for stem in _stems(metric) if len(stem) > 3)
    named = len((prose.terms & own) | (prose.stems & parts))
    if named >= LEAST_SETTINGS:
        return None
    message = "the counterarguments name no metric of this experiment, nor two settings of its plan"
    compared = {"settings_named": named, "least": LEAST_SETTINGS}
    return Reason("counterargument_generic", holds=False, message=message, numbers=compared)


def _without_mechanism(prose: _Prose, own: frozenset[str]) -> Reason | None:
    """Refuse doubt without a way in which the finding could come about and be wrong.

    There are more ways than words in a table: doubt that speaks of the plan's own settings counts as one too.
    """
    named = len(prose.terms & own)
    if named >= LEAST_SETTINGS and lexicon.DOUBT.search(prose.plain):
        return None
    for pattern in lexicon.MECHANISMS.values():
        if any(not _negated(prose.plain[: match.start()]) for match in pattern.finditer(prose.plain)):
            return None
    message = "no mechanism is stated: a confound, another explanation, a limitation of data or method, an artefact"
    compared = {"settings_doubted": named, "least": LEAST_SETTINGS}
    return Reason("counterargument_without_mechanism", holds=False, message=message, numbers=compared)


def _without_test(prose: _Prose) -> Reason | None:
    """Refuse doubt that nothing could resolve."""
    if any(pattern.search(prose.plain) for pattern in lexicon.TESTS.values()):
        return None
    message = "nothing is said about what would test the counterarguments"
    return Reason("counterargument_without_test", holds=False, message=message)


def _copied(text: str, before: Iterable[str]) -> Reason | None:
    """Refuse what was said before, in the finding or about an earlier experiment, with other numbers or not."""
    own = _shingles(text)
    said = frozenset().union(*(_shingles(one[:READ_AT_MOST]) for one in before))
    share = len(own & said) / len(own)
    if share < COPIED:
        return None
    message = f"{share:.0%} of the counterarguments were said before, in the finding or in an earlier summary"
    compared = {"share": round(share, 3), "limit": COPIED}
    return Reason("counterargument_copied", holds=False, message=message, numbers=compared)


def _read(text: str) -> _Prose:
    plain = _plain(text)
    for pattern in lexicon.VAGUE.values():
        plain = pattern.sub(" … ", plain)
    return _Prose(
        plain=" ".join(plain.split()),
        names=frozenset(word.strip("`*_'\"()[].,;:!?") for word in text.split()),
        stems=_stems(text),
        sentences=tuple(map(_stems, _sentences(text))),
        terms=_terms(text),
    )


def _plain(text: str) -> str:
    """Give text in lower case, with single spaces and without markup."""
    return " ".join(text.lower().replace("*", "").replace("`", "").split())


def _sentences(text: str) -> Iterator[str]:
    return (_plain(sentence).lstrip("-+>#0123456789.() ") for sentence in _SENTENCE_END.split(text))


def _denies(sentence: str) -> bool:
    return any(pattern.search(sentence.rstrip(".!")) for pattern in lexicon.DENIALS)


def _negated(before: str) -> bool:
    """Tell whether what follows is taken back in the same clause: "no leak", but not "cannot rule out a leak"."""
    clause = re.split(r"[.,;:!?()…]", before[-_CLAUSE:])[-1].split()[-_REACH:]
    excluded = False
    for word in reversed(clause):
        if word in lexicon.TURNS:
            break
        if word in lexicon.NEGATORS or word.endswith("n't"):
            return not excluded
        excluded = excluded or word in lexicon.EXCLUDERS
    return excluded


def _names(prose: _Prose, metric: str) -> bool:
    """Tell whether a metric is named: by its path, a part such as F1, or all words of its last part."""
    if metric in prose.names:
        return True
    parts = _stems(metric.rsplit(".", 1)[-1])
    if any(_ABBREVIATED.fullmatch(part) for part in parts & prose.stems):
        return True
    telling = any(part not in _GENERIC_STEMS and not part.isdigit() for part in parts)
    return telling and any(parts <= sentence for sentence in prose.sentences)


def _stems(text: str) -> frozenset[str]:
    """Give the stems of all words of a text, those inside identifiers too."""
    return frozenset(map(_stem, _WORD.findall(text)))


def _terms(text: str) -> frozenset[str]:
    """Give what may count as a setting: identifiers, numbers that are not small and whole, uncommon words."""
    found = {match.group().lower() for match in _IDENTIFIER.finditer(text)}
    for cited in numbers.find(text):
        if cited.decimals > 0 or abs(cited.value) >= 10:
            found.add(str((cited.value / 100 if cited.percent else cited.value).normalize()))
    words = (word for word in _WORD.findall(text) if len(word) > 3 and not word.isdigit())
    return frozenset(found).union(stem for stem in map(_stem, words) if stem not in _GENERIC_STEMS)


def _stem(word: str) -> str:
    """Take off an ending, so that `tuned`, `tuning` and `tune` are one word."""
    word = word.lower()
    for suffix in lexicon.SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            return word.removesuffix(suffix)
    return word


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Give the runs of words of a text, every number taken for the same one."""
    words = ["0" if word[0].isdigit() else word for word in _WORD.findall(_plain(text))]
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)))


_GENERIC_STEMS: frozenset[str] = frozenset(map(_stem, lexicon.GENERIC))
