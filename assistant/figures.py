"""Rates and doses in a quote, with what the source says they mean.

Only words of the quote and of what introduces it are used (its lead-in and its heading); where they do not
say what a rate is a share of, or how it was found, that is said to be not stated. The procedure may also be
the source's subject, if it has but one.
"""

import re

from assistant.procedures import mentions, subjects
from assistant.records import Figure
from ingest.records import Source

NOT_STATED = "not stated"
_NUMBER = r"\d+(?:[.,]\d+)?"
_RANGE = rf"{_NUMBER}(?:\s?%?\s?(?:-|–|to)\s?{_NUMBER})?"
_COUNTED = (
    r"patients?|cases?|levels?|vertebrae|vertebra|procedures?|articles?|studies|study|fractures?|leaks?|leakages?|"
    r"injections?|women|men|people|treatments?|operations?|interventions?|segments?|individuals|subjects"
)
_RATE = re.compile(
    rf"(?<![\w.])(?:{_RANGE}\s?(?:%|‰|percent\b|per cent\b)|\d+\s(?:of|out of|in)\s(?:the\s)?\d+\b"
    rf"(?:\s(?:{_COUNTED}))?)",
    re.IGNORECASE,
)
_DOSE = re.compile(
    rf"(?<![\w.]){_RANGE}\s?(?:mL|ml|cc|mg|g|µg|μg|mcg|kg|IU|Gy|mL/kg|mg/kg)\b(?!/(?:d?L|l)\b)"
)
# What a rate is a share of stands right behind it ("of all patients") or is named by "per" ("per level").
_SHARE_BEHIND = re.compile(
    rf"^\s*(?:\([^)]*\)\s*)?(?:of|in|among)\s(?:all\s|the\s|these\s|those\s|\w+ing\s)*(?:[\w-]+\s){{0,3}}?({_COUNTED})\b",
    re.IGNORECASE,
)
_SHARE_PER = re.compile(rf"\b(?:per|each|by)[\s-](?:[\w-]+\s)?({_COUNTED})\b", re.IGNORECASE)
_IN_RATE = re.compile(rf"({_COUNTED})$", re.IGNORECASE)
_FOUND_BY = re.compile(
    r"\b(?:CT|computed tomography|MRI|magnetic resonance imaging|X-?rays?|radiograph\w*|radiolog\w+"
    r"|fluoroscop\w+|ultrasound|echocardiograph\w*|autops\w+|symptomatic|clinical(?:ly)?|questionnaires?)\b",
    re.IGNORECASE,
)


def figures(quote: str, start: int, introduction: str, section: str, source: Source) -> tuple[Figure, ...]:
    """The rates and doses of a quote, in order.

    Args:
        quote: the quoted words.
        start: of the quote in the document.
        introduction: what introduces it in the source, such as a list's lead-in; may be empty.
        section: path of its headings; may be empty.
        source: the source.
    """
    found = [(match, True) for match in _RATE.finditer(quote)]
    found += [(match, False) for match in _DOSE.finditer(quote)]
    found.sort(key=lambda item: item[0].start())
    ends = [*(match.start() for match, _ in found), len(quote)][1:]
    around = f"{section}. {introduction}"
    return tuple(
        Figure(
            text=match.group(),
            start=start + match.start(),
            end=start + match.end(),
            share_of=_share_of(quote, match, end, len(found)) if rate else "",
            procedure=_procedure(quote, match, around, source),
            found_by=_found_by(quote, match, end, around) if rate else "",
        )
        for (match, rate), end in zip(found, ends, strict=True)
    )


def _share_of(quote: str, rate: re.Match[str], end: int, numbers: int) -> str:
    """What the rate is a share of; "per level" counts if it stands behind it, or if there is one number.

    Args:
        quote: the quoted words.
        rate: the rate in them.
        end: where the next number begins.
        numbers: how many there are.
    """
    behind = quote[rate.end() : end]
    share = (
        _IN_RATE.search(rate.group())
        or _SHARE_BEHIND.search(behind)
        or _SHARE_PER.search(quote if numbers == 1 else behind)
    )
    return share.group(1).lower() if share else NOT_STATED


def _procedure(quote: str, number: re.Match[str], around: str, source: Source) -> str:
    """The procedure named next behind the number, else before it, else around the quote, else the subject."""
    named = mentions(quote)
    behind = [name for name, at in named if at >= number.end()]
    before = [name for name, at in named if at < number.start()]
    if behind or before:
        return behind[0] if behind else before[-1]
    others = dict.fromkeys(name for name, _ in mentions(around)) or dict.fromkeys(sorted(subjects(source)))
    return next(iter(others)) if len(others) == 1 else NOT_STATED


def _found_by(quote: str, rate: re.Match[str], end: int, around: str) -> str:
    """How it was found: the only way that is named, else those between the rate and the next number."""
    named = dict.fromkeys(match.group() for match in _FOUND_BY.finditer(f"{quote} {around}"))
    if len(named) > 1:
        named = dict.fromkeys(match.group() for match in _FOUND_BY.finditer(quote[rate.end() : end]))
    return ", ".join(named) or NOT_STATED
