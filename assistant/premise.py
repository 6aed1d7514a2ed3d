"""What a question takes for granted of every case, and the quotes that say otherwise."""

import re

from assistant.claim_words import Claim, named, position, table
from assistant.records import Citation
from assistant.relations import claims_of

_EVERY = re.compile(
    r"\b(?:every|all|each|always|everyone|everybody|anyone|invariably|inevitabl[ey])\b", re.IGNORECASE
)
# Events that name nothing in particular.
_VAGUE = frozenset({"complications", "fracture", "pain relief"})


def contradiction(question: str, citation: Citation) -> str:
    """The words in which a quote says that not every case is so; empty if it does not.

    "Why does every leak cause symptoms?" speaks of every leak; "most leaks are asymptomatic" does not.
    """
    if not _EVERY.search(question):
        return ""
    events = named(question, table()["events"]) - _VAGUE
    of_symptoms = position(question, ("symptom", "complain", "notice")) is not None
    for claim in claims_of(citation):
        if claim.subject & events and (_is_rare(claim) or (of_symptoms and _is_silent(claim))):
            return claim.words
    return ""


def _is_rare(claim: Claim) -> bool:
    return claim.kind == "frequency" and claim.value == {"rare"}


def _is_silent(claim: Claim) -> bool:
    return claim.kind == "course" and claim.value == {"without symptoms"}
