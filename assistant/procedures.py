"""Which procedure a text speaks of: kyphoplasty, vertebroplasty or both."""

import re

from ingest.records import Source

KYPHOPLASTY = "kyphoplasty"
VERTEBROPLASTY = "vertebroplasty"
EITHER = frozenset({KYPHOPLASTY, VERTEBROPLASTY})
_MENTION = re.compile(
    r"\b(?:(?P<kyphoplasty>kyphoplast\w*|[PB]?KP)|(?P<vertebroplasty>vertebroplast\w*|P?VP))\b", re.IGNORECASE
)


def mentions(text: str) -> tuple[tuple[str, int], ...]:
    """Each procedure that the text names, with the position of the name, in order."""
    return tuple((match.lastgroup or "", match.start()) for match in _MENTION.finditer(text))


def procedures(text: str) -> frozenset[str]:
    """The procedures that the text names; none if it names none."""
    return frozenset(name for name, _ in mentions(text))


def subjects(source: Source) -> frozenset[str]:
    """The procedures that a source is about; none if it is about another subject."""
    return EITHER if source.about == "both" else EITHER & {source.about}
