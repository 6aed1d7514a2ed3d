"""The abbreviations that a document defines: "percutaneous kyphoplasty (PKP)".

A source that defines an abbreviation uses it from then on, and a question in full words would not find those
sentences. So the text that is searched spells them out; the text that is quoted stays as it is.

Source: Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in biomedical
text".
"""

import re
from collections.abc import Mapping

_IN_BRACKETS = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,7}?)s?\)")


def find_abbreviations(text: str) -> dict[str, str]:
    """Short forms with their long forms, as the text first defines them.

    A short form has two to eight letters or digits, the first and one more of them a capital.
    """
    found: dict[str, str] = {}
    for match in _IN_BRACKETS.finditer(text):
        short = match.group(1)
        if sum(letter.isupper() for letter in short) < 2 or short in found:
            continue
        words = text[: match.start()].split()[-min(len(short) + 5, 2 * len(short)) :]
        long = _long_form(short, " ".join(words))
        if long:
            found[short] = long
    return found


def spell_out(text: str, abbreviations: Mapping[str, str]) -> str:
    """The text with the long form before each abbreviation, but where it defines it."""
    if not abbreviations:
        return text
    shorts = "|".join(re.escape(short) for short in sorted(abbreviations, key=len, reverse=True))
    return re.sub(
        rf"(?<![\w(])({shorts})(s?)(?!\w)",
        lambda match: f"{abbreviations[match.group(1)]} {match.group()}",
        text,
    )


def _long_form(short: str, before: str) -> str:
    """The shortest end of `before` whose letters give the short form, its first at a word's start."""
    at = len(before)
    for position in range(len(short) - 1, -1, -1):
        letter = short[position].lower()
        if not letter.isalnum():
            continue
        at -= 1
        while at >= 0 and (
            before[at].lower() != letter or (position == 0 and at > 0 and before[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
    return before[at:]
