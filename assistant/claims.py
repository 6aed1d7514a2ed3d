"""What a sentence claims, in a form in which two sentences can be compared literally.

A claim is a kind, a subject and a value: a rate of leakage as an interval of per cent, the place where it
is most often seen, whether it is called rare or common, the time something takes, the ways of doing
something, whether something is needed, and which way a factor moves a risk. The words by which they are
told are in claims.toml. Only what is said in so many words becomes a claim: a claim that is missed costs
less than one that is made up.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from assistant.claim_causes import causal
from assistant.claim_numbers import SHARE, TIME, days, per_cent
from assistant.claim_words import (
    ABOUT_TO,
    ADVERB,
    DENIES,
    Claim,
    Kind,
    excerpt,
    named,
    one_of,
    position,
    table,
)
from assistant.procedures import EITHER, procedures
from ingest.lexical import words

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
# A sentence that names more places than this lists them and says of none that it is the most frequent.
_MOST_PLACES = 2
# Words between a level and what it describes, at most.
_NEAR = 6
# Words before "is necessary" that may say what is.
_SUBJECT = 12
_CONDITION = re.compile(r"^\s*(?:if|when|for|in|once|after|should|to)\b[^,]*,\s*", re.IGNORECASE)
# From how many in a hundred an event is called common, and below how many rare. Source: CIOMS Working Groups
# III and V 1999: very common from 10 %, rare below 0.1 %.
_COMMON = 10.0
_RARE = 0.1
_DENIED = re.compile(r"\b(?:not|no|never|difficult)\b", re.IGNORECASE)
# "No surgical decompression" is needed: then it is not. Of "no further surgery" that is not said.
_NONE = re.compile(
    r"no(?!\s(?:further|additional|other|more|longer|doubt)\b)"
    r"(?:\s(?!(?:of|in|with|for|after|to|who)\b)[\w-]+){1,3}",
    re.IGNORECASE,
)
# What is said of any procedure is said of each.
_ANY_PROCEDURE = re.compile(
    r"(?<!like )(?<!with )\b(?:any|every|all|both|either)\s(?:\w+\s)?"
    r"(?:procedure|intervention|operation)s?\b",
    re.IGNORECASE,
)
_SAFE = re.compile(
    rf"\b(?:is|are|was|were)\s(?P<not>not\s)?{ADVERB}(?:(?:regarded|known|seen) as|considered|deemed)?\s?"
    rf"{ADVERB}(?:an?\s)?{ADVERB}safe\b(?!\s(?:to|for|if)\b)",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"\b(?:the same day|quickly|rapidly|shortly|immediately|short period|within a few (?:minutes|hours))\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def claims(sentence: str) -> tuple[Claim, ...]:
    """The claims of a sentence, in no order of weight; none if it says nothing that can be compared."""
    return tuple(claim for clause in _clauses(sentence) for claim in _of_clause(clause, sentence))


def _clauses(sentence: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(sentence) if clause and clause.strip()]


def _of_clause(clause: str, sentence: str) -> Iterator[Claim]:
    of = EITHER if _ANY_PROCEDURE.search(clause) else procedures(clause)
    events = named(clause, table()["events"]) or named(sentence, table()["events"])
    yield from _rates(clause, events, of)
    yield from _places(clause, events, of)
    yield from _frequencies(clause, of)
    yield from _courses(clause, events, of)
    yield from _safeties(clause, of)
    yield from _durations(clause, of)
    yield from _ways(clause, of)
    yield from _necessities(clause, of)
    yield from causal(clause, of)


def _rates(clause: str, events: frozenset[str], of: frozenset[str]) -> Iterator[Claim]:
    """Shares of the whole; a share that everybody calls frequent or rare is called so too."""
    found = list(SHARE.finditer(clause))
    denied = DENIES.search(SHARE.sub(" ", clause))  # but for "not exceed", which is a bound
    for match in found if events and not denied else ():
        interval = per_cent(match)
        if interval is None:
            continue
        low, high = interval
        said = match.group().strip()
        yield Claim("rate", events, frozenset(), (low, high), of, said)
        called = "common" if low >= _COMMON else "rare" if high < _RARE else ""
        if called:
            yield Claim("frequency", events, frozenset({called}), None, of, said)


def _places(clause: str, events: frozenset[str], of: frozenset[str]) -> Iterator[Claim]:
    most = _MOST.search(clause)
    if not most or not events:
        return
    before = clause[: most.start()]
    if before.rstrip().endswith("(") or before.rstrip().endswith("(the"):  # "paravertebral (the most common)"
        listed = before.rstrip(" (the")
        at = listed.rfind(" ") + 1
        where = listed[at:]
    else:
        at = most.start()
        where = _COMPARED_WITH.sub("", clause[at:])
    kinds: tuple[Kind, ...] = ("route", "level")
    for kind in kinds:
        places = _last_named(where, table()["places"][kind])
        if 0 < len(places) <= _MOST_PLACES:
            said = [most.span(), *((at + start, at + end) for start, end in places.values())]
            yield Claim(kind, events, frozenset(places), None, of, excerpt(clause, said))


def _frequencies(clause: str, of: frozenset[str]) -> Iterator[Claim]:
    spoken_of = bool(named(clause, table()["events"]))
    for level, pattern in _frequency_patterns():
        for match in pattern.finditer(clause) if spoken_of else ():
            event = match["event"].split()
            near = " ".join(event[-_NEAR:] if match.start("event") == match.start() else event[:_NEAR])
            subject = _qualified(near)
            if subject and not _DENIED.search(match.group()):
                yield Claim("frequency", subject, frozenset({level}), None, of, match.group().strip())


@lru_cache(maxsize=1)
def _frequency_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    is_ = r"(?:is|are|was|were)"
    for level, starts in table()["frequency"].items():
        word = rf"{one_of(starts)}(?!er|est)(?:ly)?"
        for pattern in (
            rf"(?P<event>[\w\s-]+?)\s(?:{is_}|remains?)\s(?:an?\s|the\s)?{ADVERB}{word}\b(?!\s(?:that|to)\b)",
            rf"\b(?:an?|the|with)?\s?{word}\s{ABOUT_TO}\s(?:of|for)\s(?P<event>[\w\s-]+)",
            rf"(?P<event>[\w\s-]+?)\scarr(?:y|ies)\san?\s{ADVERB}{word}\srisk",
        ):
            found.append((level, re.compile(pattern, re.IGNORECASE)))
    return tuple(found)


def _courses(clause: str, events: frozenset[str], of: frozenset[str]) -> Iterator[Claim]:
    mostly = _MOSTLY.search(clause)
    for course, phrases in table()["course"].items():
        told = position(clause, phrases)
        if mostly and told and events and not DENIES.search(clause[: told[0]]):
            said = excerpt(clause, (mostly.span(), told))
            yield Claim("course", events, frozenset({course}), None, of, said)


def _safeties(clause: str, of: frozenset[str]) -> Iterator[Claim]:
    """Whether a procedure as a whole is called safe."""
    match = _SAFE.search(clause) if of else None
    if match and not DENIES.search(clause[: match.start()]):
        called = "not safe" if match["not"] else "safe"
        yield Claim("safety", frozenset({"safety"}), frozenset({called}), None, of, match.group().strip())


def _durations(clause: str, of: frozenset[str]) -> Iterator[Claim]:
    subject = named(clause, table()["timed"])
    for match in TIME.finditer(clause) if subject else ():
        interval = days(match)
        if interval:
            yield Claim("duration", subject, frozenset(), interval, of, match.group().strip())
    soon = _SOON.search(clause) if subject else None
    if soon:
        yield Claim("duration", subject, frozenset(), (0.0, 1.0), of, soon.group())


def _ways(clause: str, of: frozenset[str]) -> Iterator[Claim]:
    for thing, way in table()["ways"].items():
        about = [position(clause, starts) for starts in way["about"]]
        if _DENIED.search(clause) or None in about:
            continue
        ways = {name: position(clause, starts) for name, starts in way["are"].items()}
        found = frozenset(name for name, at in ways.items() if at)
        if found:
            said = excerpt(clause, filter(None, (*about, *ways.values())))
            yield Claim("way", frozenset({thing}), found, None, of, said)


def _necessities(clause: str, of: frozenset[str]) -> Iterator[Claim]:
    for need, pattern in _necessity_patterns():
        match = pattern.search(clause)
        if match and DENIES.search(match[1]):
            if need == "not needed" or not _NONE.fullmatch(match[1]):
                continue
            need = "not needed"
        if match:
            needed = _CONDITION.sub("", re.split(r"\bthat\b", match[1])[-1]).split()[-_SUBJECT:]
            subject = frozenset(words([" ".join(needed)])[0])
            yield Claim("necessity", subject, frozenset({need}), None, of, match.group().strip())


@lru_cache(maxsize=1)
def _necessity_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    is_ = r"(?:(?:is|are|was|were|remains?)|(?:should|must|has to|have to) be)"
    return tuple(
        (need, re.compile(rf"(.+?)\s{is_}\s{ADVERB}{one_of(phrases)}\b", re.IGNORECASE))
        for need, phrases in table()["necessity"].items()
    )


def _qualified(text: str) -> frozenset[str]:
    """The events of which the text holds a word, with the route it names: "intradural leakage"."""
    routes = " ".join(sorted(named(text, table()["places"]["route"])))
    return frozenset(f"{routes} {event}".strip() for event in named(text, table()["events"]))


def _last_named(text: str, classes: Mapping[str, list[str]]) -> dict[str, tuple[int, int]]:
    """The classes that the text names and where, a word in the phrase of another not counted twice.

    "Perivertebral venous plexus" is venous: of words next to each other the last one tells.
    """
    places = {name: position(text, starts) for name, starts in classes.items()}
    found = {name: at for name, at in places.items() if at is not None}
    return {
        name: (start, end)
        for name, (start, end) in found.items()
        if not any(end < other[0] <= end + 1 for place, other in found.items() if place != name)
    }
