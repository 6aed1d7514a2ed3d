"""What a program says of the conversation so far, made the turns that a question may lean on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.live import Serving
from assistant.records import Turn
from ingest.records import Document

# Questions alone that are asked again, at most: each takes as long as an answer, and a question leans on the
# one before it, seldom on more.
MOST_ASKED_AGAIN = 4


def turns_of(assistant: Serving, earlier: Sequence[Turn | str]) -> list[Turn]:
    """The turns of a conversation, oldest first.

    Args:
        assistant: is asked the questions that stand alone.
        earlier: turns as answers gave them, or questions alone, of which the last few are asked again and
            the others left out. What a turn names that is no longer in the corpus is left out of it.

    Raises:
        QuestionError: a question cannot be taken.
    """
    alone = [place for place, item in enumerate(earlier) if isinstance(item, str)]
    forgotten = alone[:-MOST_ASKED_AGAIN]
    turns: list[Turn] = []
    for place, item in enumerate(earlier):
        if place in forgotten:
            continue
        if isinstance(item, str):
            turns.append(assistant.ask(item, turns).turn())
        else:
            turns.append(_known(item, assistant.index.documents))
    return turns


def _known(turn: Turn, documents: Mapping[str, Document]) -> Turn:
    """The turn with what is in the corpus."""
    best = turn.best_quote
    if best is not None and not _is_place(best, documents):
        best = None
    return replace(turn, source_ids=tuple(i for i in turn.source_ids if i in documents), best_quote=best)


def _is_place(quote: tuple[str, int, int], documents: Mapping[str, Document]) -> bool:
    source_id, start, end = quote
    document = documents.get(source_id)
    if document is None or not 0 <= start < end <= len(document.text):
        return False
    return bool(document.text[start:end].strip() and document.file_spans(start, end))
