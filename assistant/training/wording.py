"""The same question in the words of a hurried reader: keywords, no capitals, an abbreviation.

The labelled questions are mostly whole sentences. Each time one is read in training it may be worded anew, so
that the reader also meets the short forms that clinicians type.
"""

import random
import re
from collections.abc import Mapping

from bm25s.stopwords import STOPWORDS_EN

# Shares of questions that lose their small words, and that lose capitals and punctuation only; the rest stay.
# Share of the questions with an abbreviation, or with its long form, in which the one is put for the other.
# Source: chosen, not tuned.
_KEYWORDS = 0.12
_LOWERED = 0.10
_ABBREVIATED = 0.5
_ASKING = "how what when where which who whom whose why can could do does did has have had is"
_SMALL = frozenset(STOPWORDS_EN) | frozenset(_ASKING.split())
# Words that change what is asked stay in a keyword query.
_KEPT = frozenset(("no", "not", "without", "before", "after", "during", "than"))
_FEWEST_KEYWORDS = 2


def reworded(question: str, abbreviations: Mapping[str, str], draw: random.Random) -> str:
    """The question as it is, or in other form.

    Args:
        question: the question.
        abbreviations: the short forms that its document defines, with their long forms.
        draw: random numbers; the same state gives the same words.
    """
    if abbreviations and draw.random() < _ABBREVIATED:
        question = _exchanged(question, abbreviations, draw)
    chance = draw.random()
    if chance < _KEYWORDS:
        return _keywords(question)
    if chance < _KEYWORDS + _LOWERED:
        return question.rstrip("?. ").lower()
    return question


def _exchanged(question: str, abbreviations: Mapping[str, str], draw: random.Random) -> str:
    short, long = draw.choice(sorted(abbreviations.items()))
    if long.lower() in question.lower():
        return re.sub(re.escape(long), lambda _: short, question, flags=re.IGNORECASE)
    return re.sub(rf"\b{re.escape(short)}\b", lambda _: long, question)


def _keywords(question: str) -> str:
    words = re.findall(r"[^\s?,;:()]+", question)
    kept = [word for word in words if word.lower() in _KEPT or word.lower() not in _SMALL]
    return " ".join(kept if len(kept) >= _FEWEST_KEYWORDS else words)
