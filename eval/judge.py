"""Who states what: the gold quotes of the cases against quotes, passages and the corpus."""

from collections.abc import Iterable, Mapping, Sequence

from eval.cases import Case, states
from eval.metrics import Stated, recall_ceiling
from eval.replies import Quote, Unit
from ingest.chunk import ChunkConfig, chunk
from ingest.mapped_text import plain
from ingest.records import Document


class Judge:
    """Judges by the corpus.

    Args:
        documents: of the corpus that the cases quote.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._plain = {document.source.id: plain(document.text) for document in documents}
        self._sentences = tuple(
            document.text[start:end]
            for document in documents
            for passage in chunk(document, ChunkConfig())
            for start, end in passage.sentences
        )

    def sources(self, case: Case) -> list[str]:
        """Ids of the sources in which a gold quote of the case stands, in the order of the corpus."""
        gold = [plain(quote) for fact in case.facts for quote in fact.quotes]
        return [name for name, text in self._plain.items() if any(quote in text for quote in gold)]

    def ceiling(self, case: Case, k: int) -> float:
        """The largest fact recall that k sentences or gold quotes of the corpus can reach, in [0, 1]."""
        gold = [quote for fact in case.facts for quote in fact.quotes]
        units = (stated(text, case) for text in (*gold, *self._sentences))
        return recall_ceiling(units, len(case.facts), k)


def stated(text: str, case: Case) -> Stated:
    """The numbers of the case's facts, 0-based, that a text states."""
    return frozenset(number for number, fact in enumerate(case.facts) if states(text, fact))


def exact(quote: Quote, texts: Mapping[str, str]) -> bool:
    """Whether the quote is, character by character, what stands at its offsets in its source's text."""
    return texts.get(quote.source_id, "")[quote.start : quote.end] == quote.text != ""


def relevant(units: Iterable[Unit], case: Case) -> dict[str, Stated]:
    """For each unit that states facts of the case, which: the case's relevance judgements."""
    found = {unit.id: stated(unit.text, case) for unit in units}
    return {name: facts for name, facts in found.items() if facts}
