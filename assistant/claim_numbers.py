"""Numbers as texts write them, whole or not at all, and what they are worth.

A number cut from a longer one, or from its unit, reads as another number. So the patterns here take digits
with all that belongs to them (decimals, groups of thousands, ranges) and match nowhere inside of more.
"""

import re

# Decimal signs, of which the middle dot is The Lancet's, and signs between groups of thousands.
_DECIMAL = ".·∙⋅•‧٫"
_COMMAS = ",'’"
_GROUP = f"{_COMMAS}\u00a0\u2007\u2009\u202f"
# Whatever digits it joins is one number, though it may be one that cannot be read (`value`).
NUMBER = rf"(?>\d+(?:[{_DECIMAL}{_GROUP}]\d+|[^\S\t]\d{{3}}(?!\d))*)"
# What stands between the two ends of a range.
TO = r"\s?(?:[-–—−~∼～]|to|or)\s?"
_SIGNS = "<>≤≥⩽⩾≈~∼"
# Before a number: nothing that makes it the end of a longer one, of a range, of a word or of a product. A
# digit before a tab stands in another cell of a table.
STARTS = (
    rf"(?<![\w{_DECIMAL}{_COMMAS}…/^:×*±+{_SIGNS}−–-])(?<!\d[^\S\t])(?<!\d[{_DECIMAL}]\s)(?<!\d/\s)"
    rf"(?<![-−±×*^{_SIGNS}]\s)(?<![<>]=)(?<![<>]=\s)(?<!\s[xX]\s)"
    r"(?<!\d\s[-–—−~∼]\s)(?<!\d\sto\s)(?<!\d\sor\s)"
)
# The same, with a sign of its own if it has one ("< 5%").
LEADS = rf"{STARTS}(?:(?:[<>]=|[{_SIGNS}])\s?)?"
# Behind a number or its unit: a range or an error that belongs to it.
GOES_ON = rf"{TO}[\d{_SIGNS}]|\s?±"
PER_CENT = r"(?:%|per\s?cent\b)"
# Behind "%": no longer unit ("%/year", "percentage points"), no range that goes on, no level of confidence.
PER_CENT_ENDS = (
    rf"(?![\w%‰/^*·-]|\s[/%‰]|{GOES_ON}|\s?(?:CI\b|confidence|credible|points?\b)"
    r"|\s(?:per|an?|each|every)\s(?:[\w-]+[\s-])?(?:years?|annum|months?|weeks?|days?|hours?|minutes?)\b)"
)
_GROUPED = re.compile(rf"[1-9]\d{{0,2}}([{_GROUP}])\d{{3}}(?:\1\d{{3}})*(?:[{_DECIMAL}]\d+)?")
_PLAIN = re.compile(rf"\d+(?:[{_DECIMAL},]\d+)?")

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORTH = {
    **{word: float(n) for n, word in enumerate((*_ONES, *_TEENS), 1)},
    **{word: float(n) for n, word in zip(range(20, 100, 10), _TENS, strict=True)},
    **{"a": 1.0, "an": 1.0, "several": 3.0, "few": 2.0, "a few": 2.0, "multiple": 2.0},
}
# A count in digits or words; not the end of a longer one ("a hundred and two", "half a", "twice a").
_COUNT = (
    rf"(?:{NUMBER}|(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES)}))?\b"
    rf"|(?:{'|'.join(sorted(_WORTH, key=len, reverse=True))})\b)"
)
_COUNT_STARTS = (
    rf"{STARTS}(?<!hundred\s)(?<!hundred\sand\s)(?<!thousand\s)(?<!thousand\sand\s)(?<!ty\s)(?<!half\s)"
    r"(?<!quarter\s)(?<!once\s)(?<!twice\s)(?<!times\s)"
)


def span(unit: str, between: str = "") -> str:
    """A pattern of a number with its unit, or of a range; the unit may stand behind each of its numbers.

    Args:
        unit: a pattern.
        between: a pattern of the unit as it may stand behind the first numbers; by default the same.
    """
    inner = between or unit
    both = rf"between\s{NUMBER}(?:\s?{inner})?\sand\s{NUMBER}"
    return rf"(?:{both}|{NUMBER}(?:(?:\s?{inner})?(?:{TO}[{_SIGNS}]?|\s?±)\s?{NUMBER})*)\s?{unit}"


_LESS = r"below|under|(?:less|fewer|lower|smaller)\sthan|up\sto|at\smost|as\s(?:high|much|many)\sas"
_MORE = r"exceed\w*|above|over|(?:more|greater|higher)\sthan|at\sleast"
# A share of the whole with its bounds. A bound that is denied is one on the other side ("does not exceed").
SHARE = re.compile(
    rf"(?:(?P<not>\b(?:not|never|no)\s|n['’]t\s)?\b(?:(?P<below>{_LESS})|(?P<above>{_MORE}))\s"
    r"(?:or\sequal\sto\s)?(?:about\s|approximately\s|around\s|roughly\s)?)?"
    rf"{LEADS}(?P<range>{span(PER_CENT)}){PER_CENT_ENDS}"
    r"(?:\sor\s(?:(?P<less>less|fewer|lower|below)|(?P<more>more|higher|greater|above))\b)?",
    re.IGNORECASE,
)
# "Few" and "several" end somewhere: taken as up to four times their least.
_VAGUE = ("a few", "few", "several", "multiple")
_VAGUE_TIMES = 4
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_UNIT = rf"(?:{'|'.join(_DAYS)})"
# A time, or from one to another.
TIME = re.compile(
    rf"(?:\bbetween\s)?{_COUNT_STARTS}(?P<low>{_COUNT})[\s-]?(?:(?P<unit1>{_UNIT})s?)?"
    rf"(?:(?:{TO}|\sand\s)(?P<high>{_COUNT})?)?[\s-]?(?P<unit>{_UNIT})s?\b"
    # no time that goes on ("an hour and a half", "2 weeks 3 days", "2 days to 3 h"), no age
    rf"(?![\s-]old\b|\sand\sa\s(?:half|quarter)|\sor\s(?:two|three|more|less|so)\b|\s?±|(?:{TO}|,?\s(?:and\s)?)\d|/)",
    re.IGNORECASE,
)


def value(number: str) -> float | None:
    """What a number in digits is worth; None if it can be read in more than one way.

    A comma before three digits parts thousands, as English texts write it; before fewer or more it is a
    decimal sign. A plain space may part thousands or two numbers ("in group 2 100 mg"), so it is not read.
    """
    if _GROUPED.fullmatch(number):
        plain = re.sub(rf"[{_GROUP}]", "", number)
    elif _PLAIN.fullmatch(number):
        plain = number
    else:
        return None
    return float(re.sub(rf"[{_DECIMAL},]", ".", plain))


def _count(text: str) -> float | None:
    """What a count in digits or words is worth; None if it cannot be told."""
    words = text.lower()
    if words[0].isdigit():
        return value(words)
    if words in _WORTH:
        return _WORTH[words]
    tens, ones = re.split(r"[\s-]", words)
    return _WORTH[tens] + _WORTH[ones]


def per_cent(match: re.Match[str]) -> tuple[float, float] | None:
    """The interval of a share, with its bounds; None if its numbers cannot be read or make no range."""
    numbers = [value(number) for number in re.findall(NUMBER, match["range"])]
    read = [number for number in numbers if number is not None]
    if len(read) < len(numbers) or read != sorted(read) or read[-1] > 100:
        return None
    if re.search("[±<>≤≥⩽⩾]", match["range"]):
        return None
    sign = match.group()
    below = bool(match["below"] or match["less"] or re.search("[<≤⩽]", sign))
    above = bool(match["above"] or match["more"] or re.search("[>≥⩾]", sign))
    if match["not"]:
        below, above = above, below
    return 0.0 if below else read[0], 100.0 if above else read[-1]


def days(match: re.Match[str]) -> tuple[float, float] | None:
    """The interval of a time, in days; None if its numbers cannot be read or make no range."""
    unit = _DAYS[match["unit"].lower()]
    first = _DAYS[match["unit1"].lower()] if match["unit1"] else unit
    least, most = _count(match["low"]), _count(match["high"] or match["low"])
    if least is None or most is None:
        return None
    low = least * first
    high = most * unit if match["high"] else low
    if match["unit1"] and not match["high"]:  # "days to weeks"
        high = unit * _VAGUE_TIMES
    if match["low"].lower() in _VAGUE:
        high = max(high, low * _VAGUE_TIMES)
    return (low, high) if low <= high else None
