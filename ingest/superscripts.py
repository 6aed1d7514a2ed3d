"""Raised digits as the characters that Unicode has for them.

A raised digit is kept apart from other digits, so that a 5 in "10⁵" or "patients¹²" is not read as a part of
the number or word before it.
"""

import re

from ingest.mapped_text import MappedText

SUPERSCRIPTS = dict(zip("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾", strict=True))
# Digits, signs and what stands between them in a list of references: "12,14–16". Not in brackets: a marker
# "[12]" is kept apart by these.
_DIGITS = re.compile(r"[0-9+\-−,–;\s]*[0-9][0-9+\-−,–;\s]*$")


def are_raised_digits(text: str) -> bool:
    """Whether raised characters are digits and signs that have to be kept apart."""
    return _DIGITS.match(text) is not None


def raise_digits(text: MappedText) -> MappedText:
    """A stretch that is set as a superscript, its digits and signs as superscripts."""
    return text.replace_characters(SUPERSCRIPTS) if are_raised_digits(text.text) else text
