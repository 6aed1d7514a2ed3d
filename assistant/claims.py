"""What a sentence claims, in a form in which two sentences can be compared literally.

A claim is a kind, a subject and a value: a rate of leakage as an interval of per cent, the place where it
is most often seen, whether it is called rare or common, the time something takes, the ways of doing
something, whether something is needed, and which way a factor moves a risk. The words by which they are
told are in claims.toml. Only what is said in so many words becomes a claim: a claim that is missed costs
less than one that is made up.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from assistant.procedures import procedures
from ingest.lexical import words

Kind = Literal["rate", "route", "level", "frequency", "course", "duration", "way", "necessity", "effect"]
_FILE = Path(__file__).parent / "claims.toml"
_CLAUSE = re.compile(
    r";\s+|,?\s+(?:whereas|while|but|although|however|conversely|in contrast)\b,?\s*", re.IGNORECASE
)
_MOST = re.compile(
    r"\b(?:most (?:common|frequent|often|prevalent|pronounced)\w*|predominantly|primarily|mainly|mostly"
    r"|more (?:frequently|commonly|often))\b",
    re.IGNORECASE,
)
_MOSTLY = re.compile(
    r"\b(?:most|majority|generally|typically|usually|mostly|often|commonly|numerous cases|many)\b",
    re.IGNORECASE,
)
_COMPARED_WITH = re.compile(r"\b(?:in comparison|compared|than|rather than)\b.*", re.IGNORECASE)
_PER_CENT = re.compile(
    r"(?P<below>below|under|less than|up to|at most|fewer than|<|≤)?"
    r"(?P<above>exceed\w*|above|over|more than|at least|>|≥)?"
    r"\s*(?P<low>\d+(?:\.\d+)?)\s?%?(?:\s?(?:-|–|to)\s?(?P<high>\d+(?:\.\d+)?))?\s?%",
    re.IGNORECASE,
)
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "six": 6,
    "several": 3,
    "few": 2,
    "multiple": 2,
}
_TIME = re.compile(
    r"(?P<low>\d+|a few|an?|one|two|three|four|six|several|few|multiple)\s?"
    r"(?:(?P<unit1>hour|day|week|month|year)s?)?"
    r"(?:\s?(?:-|–|to)\s?(?P<high>\d+|two|three|four|six|several)?)?\s?(?P<unit>hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
# A sentence that names more places than this lists them and says of none that it is the most frequent.
_MOST_PLACES = 2
# "Few" and "several" end somewhere: taken as up to four times their least.
_VAGUE = ("a few", "few", "several", "multiple")
_VAGUE_TIMES = 4
# Words between a level and what it describes, at most.
_NEAR = 6
_ABOUT_TO = r"(?:risk|chance|likelihood|incidence|rate|probability|frequency|occurrence|possibility)"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a sentence says.

    Attributes:
        kind: what sort of claim it is; only claims of one kind are compared.
        subject: what it is about; claims are compared if they share enough of it (`assistant.compare`).
        value: what is said: names of classes, or for rates and durations none.
        interval: of a rate in per cent or of a duration in days, else None.
        procedures: that the clause names; empty if it names none.
        words: the words in which it is said, verbatim.
    """

    kind: Kind
    subject: frozenset[str]
    value: frozenset[str]
    interval: tuple[float, float] | None
    procedures: frozenset[str]
    words: str


def claims(sentence: str) -> tuple[Claim, ...]:
    """The claims of a sentence, in no order of weight; none if it says nothing that can be compared."""
    return tuple(claim for clause in _clauses(sentence) for claim in _of_clause(clause, sentence))


def _clauses(sentence: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(sentence) if clause and clause.strip()]


def _of_clause(clause: str, sentence: str) -> Iterator[Claim]:
    named = procedures(clause)
    events = _named(clause, _table()["events"]) or _named(sentence, _table()["events"])
    yield from _rates(clause, events, named)
    yield from _places(clause, events, named)
    yield from _frequencies(clause, named)
    yield from _courses(clause, events, named)
    yield from _durations(clause, named)
    yield from _ways(clause, named)
    yield from _necessities(clause, named)
    yield from _effects(clause, named)


def _rates(clause: str, events: frozenset[str], named: frozenset[str]) -> Iterator[Claim]:
    found = list(_PER_CENT.finditer(clause))
    for match in found if events else ():
        low = float(match["low"])
        high = float(match["high"] or low)
        if match["below"]:
            low = 0.0
        if match["above"]:
            high = 100.0
        if high <= 100:
            yield Claim("rate", events, frozenset(), (low, high), named, match.group().strip())


def _places(clause: str, events: frozenset[str], named: frozenset[str]) -> Iterator[Claim]:
    most = _MOST.search(clause)
    if not most or not events:
        return
    before = clause[: most.start()]
    if before.rstrip().endswith("(") or before.rstrip().endswith("(the"):  # "paravertebral (the most common)"
        where = before.rstrip(" (the").rsplit(" ", 1)[-1]
    else:
        where = _COMPARED_WITH.sub("", clause[most.start() :])
    kinds: tuple[Kind, ...] = ("route", "level")
    for kind in kinds:
        places = _last_named(where, _table()["places"][kind])
        if 0 < len(places) <= _MOST_PLACES:
            yield Claim(kind, events, places, None, named, f"{most.group()}: {', '.join(sorted(places))}")


def _frequencies(clause: str, named: frozenset[str]) -> Iterator[Claim]:
    levels = _table()["frequency"]
    for level, starts in levels.items():
        word = "(?:" + "|".join(re.escape(start) for start in starts) + r")(?!er|est)(?:ly)?"
        patterns = (
            rf"(?P<event>[\w\s-]+?)\s(?:is|are|was|were|remains?)\s(?:an?\s|the\s)?(?:[\w-]+ly\s)?{word}\b(?!\s(?:that|to)\b)",
            rf"\b(?:an?|the|with)?\s?{word}\s{_ABOUT_TO}\s(?:of|for)\s(?P<event>[\w\s-]+)",
            rf"(?P<event>[\w\s-]+?)\scarr(?:y|ies)\san?\s(?:[\w-]+ly\s)?{word}\srisk",
            rf"most\s{word}\s(?:complication|event|outcome)s?\s(?:is|are|was|were)\s(?P<event>[\w\s-]+)",
        )
        for pattern in patterns:
            for match in re.finditer(pattern, clause, re.IGNORECASE):
                event = match["event"].split()
                near = " ".join(event[-_NEAR:] if match.start("event") == match.start() else event[:_NEAR])
                subject = _qualified(near)
                if subject and not re.search(r"\b(?:not|no|never)\b", match.group(), re.IGNORECASE):
                    yield Claim("frequency", subject, frozenset({level}), None, named, match.group().strip())


def _courses(clause: str, events: frozenset[str], named: frozenset[str]) -> Iterator[Claim]:
    mostly = _MOSTLY.search(clause)
    for course, phrases in _table()["course"].items():
        told = _position(clause, phrases)
        if mostly and told and events:
            said = clause[told[0] : told[1]]
            yield Claim("course", events, frozenset({course}), None, named, f"{mostly.group()}: {said}")


def _durations(clause: str, named: frozenset[str]) -> Iterator[Claim]:
    subject = _named(clause, _table()["timed"])
    for match in _TIME.finditer(clause) if subject else ():
        unit = _DAYS[match["unit"].lower()]
        first = _DAYS[match["unit1"].lower()] if match["unit1"] else unit
        low = _count(match["low"]) * first
        high = _count(match["high"]) * unit if match["high"] else low
        if match["unit1"] and not match["high"]:  # "days to weeks"
            high = unit * _VAGUE_TIMES
        if match["low"].lower() in _VAGUE:
            high = max(high, low * _VAGUE_TIMES)
        yield Claim("duration", subject, frozenset(), (low, high), named, match.group().strip())


def _ways(clause: str, named: frozenset[str]) -> Iterator[Claim]:
    for thing, table in _table()["ways"].items():
        if not _named(clause, {"about": table["about"]}):
            continue
        ways = _named(clause, {name: starts for name, starts in table.items() if name != "about"})
        if ways:
            yield Claim("way", frozenset({thing}), ways, None, named, " or ".join(sorted(ways)))


def _necessities(clause: str, named: frozenset[str]) -> Iterator[Claim]:
    for need, phrases in _table()["necessity"].items():
        for phrase in phrases:
            match = re.search(
                rf"([\w\s-]+?)\s(?:is|are|was|were)\s(?:[\w-]+ly\s)?{re.escape(phrase)}\b",
                clause,
                re.IGNORECASE,
            )
            if match:
                subject = frozenset(words([match[1]])[0])
                yield Claim("necessity", subject, frozenset({need}), None, named, match.group().strip())


def _effects(clause: str, named: frozenset[str]) -> Iterator[Claim]:
    """Which way a factor moves the risk of an event: sign of the factor times sign of the effect."""
    table = _table()["direction"]
    effect = _effect(clause, table)
    if effect is None:
        return
    event, sign, at = effect
    for direction, value in (("more", 1), ("less", -1)):
        starts = "|".join(re.escape(word) for word in table[direction])
        for match in re.finditer(rf"\b(?:{starts})[\s-]((?:[a-z]+\s)?[a-z]+)", clause, re.IGNORECASE):
            if match.start() in range(*at):
                continue
            moved = frozenset({"raised" if sign * value > 0 else "lowered"})
            for factor in _named(match[1], _table()["factors"]):
                said = f"{match.group()} … {clause[slice(*at)]}"
                yield Claim("effect", frozenset({event, factor}), moved, None, named, said)


def _effect(clause: str, table: Mapping[str, Any]) -> tuple[str, int, tuple[int, int]] | None:
    """The event whose risk is moved, the sign of the effect and the span of the words; None if none is."""
    for event, starts in _table()["events"].items():
        names = "|".join(re.escape(start) for start in starts)
        listed = re.search(
            rf"\brisk factors?\s(?:for|of)\s(?:[\w-]+\s){{0,2}}(?:{names})\w*", clause, re.IGNORECASE
        )
        if listed:
            return event, 1, listed.span()
        for verbs, sign in ((table["raises"], 1), (table["lowers"], -1)):
            verb = "|".join(re.escape(word) for word in verbs)
            match = re.search(
                rf"\b(?:{verb})\w*\s(?:the\s|an?\s)?(?:(?:{_ABOUT_TO})\s(?:of|for)\s)?(?:[\w-]+\s){{0,1}}(?:{names})\w*",
                clause,
                re.IGNORECASE,
            )
            if match:
                return event, sign, match.span()
    return None


def _count(text: str) -> float:
    plain = text.lower().removeprefix("a ")
    return float(plain) if plain.isdigit() else float(_COUNTS.get(plain, 1))


def _named(text: str, table: Mapping[str, list[str]]) -> frozenset[str]:
    """The classes of which the text holds a word."""
    return frozenset(name for name, starts in table.items() if _position(text, starts) is not None)


def _qualified(text: str) -> frozenset[str]:
    """The events of which the text holds a word, with the route it names: "intradural leakage"."""
    routes = " ".join(sorted(_named(text, _table()["places"]["route"])))
    return frozenset(f"{routes} {event}".strip() for event in _named(text, _table()["events"]))


def _last_named(text: str, table: Mapping[str, list[str]]) -> frozenset[str]:
    """The classes that the text names, a word that stands in the phrase of another not counted twice.

    "Perivertebral venous plexus" is venous: of words next to each other the last one tells.
    """
    found = {name: _position(text, starts) for name, starts in table.items()}
    named = {name: at for name, at in found.items() if at is not None}
    return frozenset(
        name
        for name, (start, end) in named.items()
        if not any(end < other[0] <= end + 1 for place, other in named.items() if place != name)
    )


def _position(text: str, starts: list[str]) -> tuple[int, int] | None:
    """Span of the first word that begins like one of them."""
    matches = (re.search(rf"\b{re.escape(start)}[\w-]*", f"{text} ", re.IGNORECASE) for start in starts)
    return min((match.span() for match in matches if match), default=None)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
