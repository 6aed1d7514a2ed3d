"""Rates and doses in a quote, with what the source says they mean.

Only words of the quote and of what introduces it are used (its lead-in and its heading); where they do not
say what a rate is a share of, or how it was found, that is said to be not stated. The procedure may also be
the source's subject, if it has but one.
"""

import re

from assistant.claim_numbers import (
    GOES_ON,
    LEADS,
    NUMBER,
    PER_CENT,
    PER_CENT_ENDS,
    STARTS,
    TO,
    span,
    value,
)
from assistant.procedures import mentions, subjects
from assistant.records import Figure
from ingest.records import Source

NOT_STATED = "not stated"
_COUNTED = (
    r"patients?|cases?|levels?|vertebrae|vertebra|procedures?|fractures?|leaks?|leakages?|injections?|women|men|"
    r"people|treatments?|operations?|interventions?|segments?|individuals|subjects"
)
_BASE = r"(?:mL|ml|cc|mg|g|µg|μg|mcg|kg(?!\s?/)|IU|Gy)"
_PER = (
    r"(?:kg|m2|m²|min|minute|h|hr|hour|d|day|week|level|vertebra|vertebral\sbody|segment|side|fraction|dose|patient"
    r"|injection|treatment|session)"
)
_UNIT = rf"{_BASE}(?:(?:\s?/\s?|\sper\s){_PER}\b)*"
# Behind a unit: nothing of a longer one ("mg/dL", "mg kg-1", "mg iodine/mL"), and no range that goes on.
_UNIT_ENDS = (
    rf"(?![\w%‰/^*·∙⋅•×²³⁻°'’-]|[.,]\w|\s?/|\sper\s|\s[·∙⋅•×*^]|\s\w+\s?/|\s[A-Za-z]{{1,3}}(?:[-−]\d|[⁻²³^])"
    rf"|\s[cm]?m[23]\b|{GOES_ON})"
)
_DOSE = re.compile(rf"{LEADS}{span(_UNIT, _BASE)}{_UNIT_ENDS}")
_SHARE = rf"{LEADS}{span(rf'(?:‰|{PER_CENT})')}{PER_CENT_ENDS}"
_NUMBERS = rf"{NUMBER}(?:{TO}{NUMBER})*"
# So many of so many: of things that can be counted, not of a measure or a time.
_PART = (
    rf"{STARTS}(?P<part>{_NUMBERS})\s(?P<joint>of|out\sof|in)\s(?:the\s)?(?P<whole>{_NUMBERS})"
    rf"(?![\w‰/^*·∙⋅•×:²³⁻'’-]|[.,]\d|\s?[%‰/±<>≤≥~≈]|\s[xX×*^½·]|\s?(?:per\s?cent|{_BASE}|mm|cm|minutes?|hours?|days?|weeks?"
    rf"|months?|years?|points?)\b|{GOES_ON})"
    rf"(?P<counted>\s(?:{_COUNTED}|articles?|studies|study)\b)?"
)
_RATE = re.compile(rf"{_SHARE}|{_PART}", re.IGNORECASE)
# What a rate is a share of stands right behind it ("of all patients"), with what describes it but no verb and
# no preposition between, or is named by "per" ("per level").
_SHARE_BEHIND = re.compile(
    r"^\s*(?:\([^)]*\)\s*)?(?:of|in|among)\s(?:all\s|the\s|these\s|those\s|our\s|\w+ing\s|\w+ly\s|\w+ed\s)*"
    r"(?:(?!(?:in|of|with|by|for|to|from|at|on|after|during|into|and|or|is|are|was|were|had|has|have|did|not|per"
    r"|than|that|which|who|\w+ed)\b)[\w-]+\s){0,3}?"
    rf"({_COUNTED})\b",
    re.IGNORECASE,
)
_SHARE_PER = re.compile(rf"\bper[\s-](?:[\w-]+\s)?({_COUNTED})\b", re.IGNORECASE)
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
    found = [(match, True) for match in _RATE.finditer(quote) if _is_rate(match)]
    found += [(match, False) for match in _DOSE.finditer(quote) if _can_be_read(match.group())]
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


def _is_rate(match: re.Match[str]) -> bool:
    """Whether it is a share, or whole numbers of which the first is no more than the second.

    "n in m" is a rate for 1 alone: "in 2010 in 24 patients" and "fell to 2 in 30 patients" are none.
    """
    if not match["part"]:
        return _can_be_read(match.group())
    part, whole = match["part"], match["whole"]
    if match["joint"].lower() == "in" and (part != "1" or match.string[: match.start()].endswith("to ")):
        return False
    # a plain space parts thousands where both numbers have one; else it may part two numbers
    if " " in whole:
        part, whole = (re.sub(r"(?<=\d) (?=\d{3})", "\u202f", text) for text in (part, whole))
    numbers = [value(number) for text in (part, whole) for number in re.findall(NUMBER, text)]
    read = [number for number in numbers if number is not None and number.is_integer()]
    return len(read) == len(numbers) and read == sorted(read)


def _can_be_read(text: str) -> bool:
    """Whether each of its numbers can be read in one way; of others it is not known where they end."""
    return all(value(number) is not None for number in re.findall(NUMBER, text))


def _share_of(quote: str, rate: re.Match[str], end: int, numbers: int) -> str:
    """What the rate is a share of; "per level" counts if it stands behind it, or if there is one number.

    Args:
        quote: the quoted words.
        rate: the rate in them.
        end: where the next number begins.
        numbers: how many there are.
    """
    behind = quote[rate.end() : end]
    if rate["counted"]:
        return rate["counted"].strip().lower()
    share = _SHARE_BEHIND.search(behind) or _SHARE_PER.search(quote if numbers == 1 else behind)
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
