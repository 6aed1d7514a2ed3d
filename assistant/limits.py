"""The line that an answer opens with when a question is more than a look into the literature.

Told by words: an event that is happening now, a decision about one patient, text that looks like a patient's
identifier. A question in general terms ("What does sudden weakness suggest?") has none of them. The words are
in limits.toml.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

TIME_CRITICAL = (
    "This may be time-critical: follow your local emergency protocol now. The quotes do not replace it."
)
PATIENT_DECISION = (
    "The sources inform, they do not decide: a decision about a patient needs the patient's clinician."
)
IDENTIFIER = (
    "The question seems to hold something that identifies a patient. It is not stored; leave it out when you "
    "ask."
)
_FILE = Path(__file__).parent / "limits.toml"
_IDENTIFIER = tuple(
    re.compile(pattern)
    for pattern in (
        # a record's number; a social security number; a ten-digit health service or telephone number
        r"(?i)\b(?:mrn|nhs|ssn|(?:hospital|patient|record|chart|insurance|case|file) "
        r"(?:no\.?|number|id|nr\.?))\W{0,3}[A-Z]{0,3}-?\d[\d -]{3,}",
        r"\b\d{3}-\d{2}-\d{4}\b|\b\d{3}[ -]\d{3}[ -]\d{4}\b",
        # a date of birth
        r"(?i)\b(?:dob|d\.o\.b\.?|date of birth|born(?: on)?)\W{0,3}\d{1,4}[./ -]",
        # a name with its title, or a patient with a name of two words
        r"\b(?:Mr|Mrs|Ms|Miss)\.?\s+[A-Z][\w’'-]+",
        r"\b(?:[Pp]atient|named|name is|called)\s+[A-Z][a-z]+\s+[A-Z][a-z]+\b",
        # an e-mail address
        r"[\w.+-]+@[\w-]+\.[\w.]+",
    )
)


def limits(question: str) -> tuple[str, ...]:
    """The lines that the answer opens with, the most pressing first; none for a question in general terms.

    Args:
        question: as it was asked.
    """
    found = []
    if _is_acute(question):
        found.append(TIME_CRITICAL)
    if _is_decision(question):
        found.append(PATIENT_DECISION)
    if any(pattern.search(question) for pattern in _IDENTIFIER):
        found.append(IDENTIFIER)
    return tuple(found)


def _is_acute(question: str) -> bool:
    """A symptom that happens now, or that came suddenly to someone who is spoken of."""
    words = _words()
    if not words["symptom"].search(question):
        return False
    sudden = words["sudden"].search(question) and words["person"].search(question)
    return bool(words["now"].search(question) or sudden)


def _is_decision(question: str) -> bool:
    words = _words()
    about_one = words["one_patient"].search(question) and words["decision"].search(question)
    return bool(about_one or words["for_oneself"].search(question))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, re.Pattern[str]]:
    table = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        name: re.compile(r"(?<!\w)(?:" + "|".join(phrases) + r")(?!\w)", re.IGNORECASE)
        for name, phrases in table.items()
    }
