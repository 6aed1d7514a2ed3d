"""Which kind of answer a question asks for, and whether a sentence holds one: a duration, a dose, a share.

Source: expected answer types as in Li and Roth 2002, "Learning question classifiers", by rules for the kinds
of quantity that clinicians ask for. What it adds is in eval/LOG.md.
"""

import re
from functools import lru_cache

_COUNT = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|few|several|multiple|single)"
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
# For each kind the words that ask for it and what holds it.
_KINDS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(holds, re.IGNORECASE))
    for asks, holds in (
        (  # percentage
            r"\bper ?cent(?:age)?\b|\bproportion\b|\bwhat share\b|\brates?\b|\bhow (?:often|frequent)"
            r"|\bincidence\b|%",
            r"\d\s?%|\b\d+ (?:of|out of) \d+",
        ),
        (  # duration
            r"\bhow (?:long|soon|fast|quick\w*|late|early)\b"
            r"|\bhow (?:many|few)(?: more)? (?:minutes|hours|days|weeks|months|years)\b"
            r"|\bwhen (?:can|may|should|do|does|is|will|could)\b"
            r"|\b(?:after|within|until) (?:what|how|when)\b",
            rf"\b{_COUNT}(?:\s?(?:-|–|to|or)\s?{_COUNT})?[\s-](?:minute|hour|day|week|month|year)s?\b"
            r"|\b(?:days|weeks|minutes) to\b|same day|shortly|immediately|quickly",
        ),
        (  # dose
            r"\bhow (?:much|little|few)\b|\bhow many (?:ml|millilit\w*|ccs?)\b"
            r"|\bvolumes?\b|\bdos(?:e|es|age)\b"
            r"|\bamount\b|\bml\b",
            r"\d\s?(?:ml|cc|mg|g)\b",
        ),
        (  # count
            r"\bhow many\b",
            r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|single|only|first)\b",
        ),
        (  # date
            r"\bdates?\b|\bwhen (?:was|were|did|had)\b|\b(?:which|what) (?:day|month|year)\b|\btimeline\b",
            rf"\b(?:{_MONTH})\b|\b(?:19|20)\d\d\b|\b(?:day|week|month)s? (?:after|before|post|later)",
        ),
        (  # level of the spine
            r"\b(?:which|what)(?: \w+){0,2} (?:levels?|vertebrae?)\b",
            r"\b[TLC]-?\d+\b|\bTh\d+|thoracic|lumbar|cervical",
        ),
        (  # measured value
            r"\bhow (?:high|low|big|large|old|hot|deep|far)\b"
            r"|\bwhat (?:was|is|were) (?:his|her|the) (?:\w+ ){0,3}"
            r"(?:level|value|count|score|pressure|rate|temperature)\b",
            r"\d",
        ),
    )
)


def holds_answer_type(question: str, sentence: str) -> float:
    """1 if the sentence holds a kind that the question asks for, -1 if not, 0 if none is asked for."""
    asked = _asked(question)
    if not asked:
        return 0.0
    return 1.0 if any(holds.search(sentence) for holds in asked) else -1.0


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[re.Pattern[str], ...]:
    return tuple(holds for asks, holds in _KINDS if asks.search(question))
