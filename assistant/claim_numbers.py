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
COUNT = (
    rf"(?:{NUMBER}|(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_ONES)}))?\b"
    rf"|(?:{'|'.join(sorted(_WORTH, key=len, reverse=True))})\b)"
)
COUNT_STARTS = (
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


def count(text: str) -> float | None:
    """What a count in digits or words is worth; None if it cannot be told."""
    words = text.lower()
    if words[0].isdigit():
        return value(words)
    if words in _WORTH:
        return _WORTH[words]
    tens, ones = re.split(r"[\s-]", words)
    return _WORTH[tens] + _WORTH[ones]
