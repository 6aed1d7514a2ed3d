"""What a reader should know beside the quotes: one short sentence each, in order of weight."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.premise import contradiction
from assistant.procedures import KYPHOPLASTY, VERTEBROPLASTY, procedures
from assistant.question import MOST_PARTS, Expansion, asks_too_many
from assistant.records import Citation
from ingest.records import Document


def of_content(
    question: str, added: Sequence[Expansion], unknown: Sequence[str], citations: Sequence[Citation]
) -> tuple[str, ...]:
    """The notices of an answer that quotes content.

    Args:
        question: the standalone question.
        added: what was searched beside its words.
        unknown: its words that no source uses and that are not plain English.
        citations: the quotes shown.
    """
    found = []
    if asks_too_many(question):
        found.append(
            f"More than {MOST_PARTS} questions at once are searched for as one: ask at most {MOST_PARTS}."
        )
    other = _other_procedure(question)
    labels = _labels(citation for citation in citations if citation.source.about == other)
    if labels:
        asked = KYPHOPLASTY if other == VERTEBROPLASTY else VERTEBROPLASTY
        found.append(f"The question is about {asked}; these sources speak of {other}: {labels}.")
    abstract = _labels(citation for citation in citations if citation.source.abstract_only)
    if abstract:
        found.append(f"Of {abstract} only the abstract is among the sources.")
    against = ((citation.n, contradiction(question, citation)) for citation in citations)
    found += [f"The question speaks of every case; [{n}] does not: {said}." for n, said in against if said]
    if unknown:
        found.append(f"No source uses the word: {', '.join(unknown)}.")
    if added:
        also = "; ".join(f"{expansion.asked} → {expansion.means}" for expansion in added)
        found.append(f"Also searched: {also}.")
    letters = [character for character in question if character.isalpha()]
    if letters and sum(character.isascii() for character in letters) < len(letters) / 2:
        found.append("The sources are in English: ask in English.")
    return tuple(found)


def of_scans(citations: Iterable[Citation], documents: Mapping[str, Document]) -> tuple[str, ...]:
    """The notice on quotes whose words were read from an image of their page; none if there are no such.

    Args:
        citations: the quotes shown.
        documents: by id of their source.
    """
    found = [citation for citation in citations if citation.boxes]
    by_ocr = {
        citation.n
        for citation in found
        for page in documents[citation.source.id].pages
        if page.by_ocr and any(box[0] == page.number for box in citation.boxes)
    }
    if not by_ocr:
        return ()
    numbers = ", ".join(f"[{number}]" for number in sorted(by_ocr))
    return (f"Read from a scanned page by OCR, so that letters and numbers may be wrong: compare {numbers}.",)


def _other_procedure(question: str) -> str:
    named = procedures(question)
    if len(named) != 1:
        return ""
    return VERTEBROPLASTY if named == {KYPHOPLASTY} else KYPHOPLASTY


def _labels(citations: Iterable[Citation]) -> str:
    return ", ".join(dict.fromkeys(citation.source.label for citation in citations))
