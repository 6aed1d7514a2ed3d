"""What a sentence says of causes: what moves a risk which way, what leads to what, more or less than what."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from assistant.claim_words import ABOUT_TO, ADVERB, DENIES, Claim, excerpt, named, one_of, position, table

_NOT = re.compile(
    r"\b(?:rather than|and not|instead of|not due to|not because of|unrelated to)\b", re.IGNORECASE
)
# A cause, words that join, an event; or an event, words that join, a cause. Source: how the sentences of
# abstracts on complications are built.
_LEADS_TO = re.compile(
    rf"\b(?:leads?|led|leading|contribut\w+|gives? rise|predispos\w+)\s{ADVERB}to\b"
    r"|\b(?:result\w*\sin|caus(?:e|es|ed|ing)(?!\sby)|promot\w+|provok\w+|trigger\w*)\b"
    rf"|\b(?:increas\w+|rais\w+|heighten\w+|elevat\w+|higher|greater)\s(?:the\s|an?\s|in\s)?{ABOUT_TO}\s(?:of|for)\b",
    re.IGNORECASE,
)
_COMES_FROM = re.compile(
    r"\b(?:due to|caused by|attribut\w+ to|because of|owing to|triggered by|weakened by|secondary to"
    r"|(?:aris\w+|stem\w*|result\w*|originat\w+)\sfrom|(?:occur|transpir|manifest|aris)\w*(?:\s[\w]+){0,2}\s(?:via|through))\b",
    re.IGNORECASE,
)
_RISK_FACTORS = re.compile(
    r"\brisk factors?\s(?:for|of)\s(?P<event>.+?)\s(?:are|is|includ\w+|comprise)\s(?P<cause>.+)",
    re.IGNORECASE,
)
# An event stands at most this many words from what joins it to its cause.
_NEAR = 11
_MORE_OR_LESS = re.compile(
    rf"\b(?P<direction>lower|fewer|less|reduced|smaller|higher|more|greater|larger)\s(?:[\w-]+\s)?"
    rf"(?:{ABOUT_TO}\s(?:of|for)\s)?(?P<what>[\w-]+(?:\s[\w-]+)?)[^.;]*?"
    r"\b(?:compared (?:to|with)|in comparison (?:to|with)|than)\s(?P<other>(?:[\w-]+\s?){1,4})",
    re.IGNORECASE,
)
_LIST = re.compile(r",\s(?:and|or)\s", re.IGNORECASE)
# A procedure that only says when something happens is no cause.
_WHEN_ONLY = re.compile(
    r"\b(?:during|after|following|subsequent to|in|at|preceding)\s(?:the\s|a\s)?(?:percutaneous\s)?"
    r"(?:procedure|kyphoplasty|vertebroplasty|operation|surgery|PKP|PVP)\b",
    re.IGNORECASE,
)
# Events that name nothing in particular.
_VAGUE = ("complications",)
_LESS = ("lower", "fewer", "less", "reduced", "smaller")


def causal(clause: str, procedures: frozenset[str]) -> Iterator[Claim]:
    """The claims of a clause on causes."""
    yield from _effects(clause, procedures)
    yield from _causes(clause, procedures)
    yield from _comparators(clause, procedures)


def _effects(clause: str, procedures: frozenset[str]) -> Iterator[Claim]:
    """Which way a factor moves the risk of an event: sign of the factor times sign of the effect."""
    effect = _effect(clause)
    if effect is None:
        return
    event, sign, at = effect
    for value, factor_words in _moved_factors():
        for match in factor_words.finditer(clause):
            if match.start() in range(*at):
                continue
            moved = frozenset({"raised" if sign * value > 0 else "lowered"})
            for factor in named(match[1], table()["factors"]):
                said = excerpt(clause, (match.span(), at))
                yield Claim("effect", frozenset({event, factor}), moved, None, procedures, said)


@lru_cache(maxsize=1)
def _moved_factors() -> tuple[tuple[int, re.Pattern[str]], ...]:
    direction = table()["direction"]
    return tuple(
        (value, re.compile(rf"\b{one_of(direction[name])}[\s-]((?:[a-z]+\s){{0,2}}[a-z]+)", re.IGNORECASE))
        for name, value in (("more", 1), ("less", -1))
    )


def _effect(clause: str) -> tuple[str, int, tuple[int, int]] | None:
    """The event whose risk is moved, the sign of the effect and the span of the words; None if none is."""
    spoken_of = named(clause, table()["events"])
    for event, sign, pattern in _effect_patterns():
        match = pattern.search(clause) if event in spoken_of else None
        if match and not DENIES.search(clause[: match.start()]):
            return event, sign, match.span()
    return None


@lru_cache(maxsize=1)
def _effect_patterns() -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    found = []
    direction: Mapping[str, Any] = table()["direction"]
    for event, starts in table()["events"].items():
        names = one_of(starts)
        found.append((event, 1, rf"\brisk factors?\s(?:for|of)\s(?:[\w-]+\s){{0,2}}{names}\w*"))
        for verbs, sign in ((direction["raises"], 1), (direction["lowers"], -1)):
            phrase = (
                rf"\b{one_of(verbs)}\w*\s(?:the\s|an?\s)?(?:{ABOUT_TO}\s(?:of|for)\s)?(?:[\w-]+\s)?{names}\w*"
            )
            found.append((event, sign, phrase))
    return tuple((event, sign, re.compile(phrase, re.IGNORECASE)) for event, sign, phrase in found)


def _causes(clause: str, procedures: frozenset[str]) -> Iterator[Claim]:
    """What leads to which event; what is said not to is denied."""
    events = {name: starts for name, starts in table()["events"].items() if name not in _VAGUE}
    for cause, event, joint, cause_first in _causes_and_events(clause):
        said, *excluded = _NOT.split(_WHEN_ONLY.sub(" ", cause))
        denied = frozenset[str]().union(*(named(text, table()["causes"]) for text in excluded))
        for name in sorted(named(event, events)):
            for one in sorted(named(said, table()["causes"]) - denied):
                at = position(cause, table()["causes"][one]) or (0, 0)
                parts = cause[slice(*at)], joint
                words = " … ".join(parts if cause_first else reversed(parts))
                yield Claim("cause", frozenset({name}), frozenset({one}), None, procedures, words)
            if denied:
                words = f"{_last_words(cause)} {joint}" if cause_first else f"{joint} {_first_words(cause)}"
                words = words.strip(" .,")
                yield Claim("cause", frozenset({name}), frozenset(), None, procedures, words, denied)


def _causes_and_events(clause: str) -> Iterator[tuple[str, str, str, bool]]:
    """Cause, event, the words that join them with the event, and whether the cause stands before these."""
    listed = _RISK_FACTORS.search(clause)
    if listed:
        joint = clause[listed.start() : listed.start("cause")].strip()
        yield listed["cause"], listed["event"], joint, False
        return
    for match in _LEADS_TO.finditer(clause):
        before, after = clause[: match.start()], _first_words(clause[match.end() :])
        if not DENIES.search(_last_words(before)):
            yield before, after, f"{match.group()} {after}".strip(" .,"), True
    for match in _COMES_FROM.finditer(clause):
        # of a list before it ("A, B, and C due to") only the last is meant
        before = _last_words(_LIST.split(clause[: match.start()])[-1])
        if not DENIES.search(before):
            yield clause[match.end() :], before, f"{before} {match.group()}", False


def _comparators(clause: str, procedures: frozenset[str]) -> Iterator[Claim]:
    """That an event is more or less frequent than with something else."""
    for match in _MORE_OR_LESS.finditer(clause):
        events = named(match["what"], table()["events"])
        others = named(match["other"], table()["alternatives"])
        if events and others:
            less = match["direction"].lower() in _LESS
            value = frozenset({"less" if less else "more"})
            yield Claim("comparator", events, value, None, others, match.group().strip())


def _first_words(text: str) -> str:
    return " ".join(text.split()[:_NEAR])


def _last_words(text: str) -> str:
    return " ".join(text.split()[-_NEAR:])
