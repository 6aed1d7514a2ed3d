"""A conversation as it is copied and exported: its answers, with one list of references for all of them.

References are numbered in order of first citation, as the Vancouver style asks; quotes of one source share
its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.records import Answer
from assistant.render import PURPOSE, address, vancouver
from ingest.records import Source


@dataclass(frozen=True, slots=True)
class Report:
    """Answers to be copied or exported.

    Attributes:
        answers: oldest first, at least one.
        sources: those that are cited, in order of first citation: the first is reference 1.
        day: on which it is made.
    """

    answers: tuple[Answer, ...]
    sources: tuple[Source, ...]
    day: date

    @property
    def provenance(self) -> str:
        """What was answered when and from what, in one line."""
        ids = ", ".join(answer.id for answer in self.answers)
        corpora = ", ".join(dict.fromkeys(answer.corpus[:12] for answer in self.answers))
        word = "Answer" if len(self.answers) == 1 else "Answers"
        return f"Kyphoplasty assistant, {self.day.isoformat()}. {word} {ids}; corpus {corpora}. {PURPOSE}"

    def number(self, source: Source) -> int:
        """Number of a cited source's reference, from 1.

        Raises:
            ValueError: the source is not cited.
        """
        return [other.id for other in self.sources].index(source.id) + 1

    def references(self) -> tuple[str, ...]:
        """The reference list in Vancouver style, without numbers."""
        return tuple(f"{vancouver(source)} {address(source)}".strip() for source in self.sources)


def report(answers: Sequence[Answer], day: date) -> Report:
    """A report of answers.

    Args:
        answers: oldest first, at least one.
        day: on which it is made.
    """
    cited = {citation.source.id: citation.source for answer in answers for citation in answer.citations}
    order = dict.fromkeys(citation.source.id for answer in answers for citation in answer.citations)
    return Report(tuple(answers), tuple(cited[name] for name in order), day)
