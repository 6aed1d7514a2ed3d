"""What is searched for a question, and what was found before anything is decided."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.errors import QuestionError
from assistant.evidence import Features
from assistant.question import Expansion
from assistant.read import Reading
from assistant.records import Evidence, Hit, Options
from ingest.index import Index
from ingest.records import Source

# Is given a part of the question and the passages found for it, best first.
Report = Callable[[str, tuple[Hit, ...]], None]


@dataclass(frozen=True, slots=True, eq=False)  # arrays are not compared: a search equals itself alone
class Search:
    """What was found for one question, before anything is decided.

    Attributes:
        question: the standalone question.
        added: what was searched beside its words.
        unknown: its words that neither English nor any source knows, and that nothing was searched beside.
        hits: the passages that were read, best first.
        readings: what the reader says of them.
        features: of their sentences, by hit.
        evidence: their sentences, best first.
        features_of_question: what the decision is made on; zeros if nothing was found.
        confidence: calibrated probability that the sources answer, in [0, 1].
        seconds: time of each stage.
        unread: passages that were found after those, best first.
    """

    question: str
    added: tuple[Expansion, ...]
    unknown: tuple[str, ...]
    hits: tuple[Hit, ...]
    readings: tuple[Reading, ...]
    features: tuple[Features, ...]
    evidence: tuple[Evidence, ...]
    features_of_question: Features
    confidence: float
    seconds: tuple[tuple[str, float], ...]
    unread: tuple[Hit, ...] = ()


def searched_sources(index: Index, options: Options) -> tuple[Source, ...]:
    """The sources that the options leave, in the order of the corpus.

    Raises:
        QuestionError: a source is not known.
    """
    known = [source.id for source in index.sources]
    unknown = [name for name in options.sources if name not in known]
    if unknown:
        raise QuestionError(f"There is no source {unknown[0]!r}. The sources are: {', '.join(known)}.")
    return tuple(source for source in index.sources if not options.sources or source.id in options.sources)
