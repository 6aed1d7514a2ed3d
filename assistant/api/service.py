"""What every route of API and widget does with the assistant: in line, in time, problems for errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from assistant.api.config import ApiConfig
from assistant.api.kept import Replayable
from assistant.api.line import Line
from assistant.api.metrics import Metrics
from assistant.api.problems import DEFECT, Problem
from assistant.defects import log_defect
from assistant.errors import QuestionError
from assistant.live import Serving
from assistant.records import Answer, Options, Turn
from assistant.search import Report, searched_sources
from assistant.turns import turns_of
from ingest.errors import IngestError
from ingest.records import Source

_NO_INDEX = "The index cannot be searched now. /readyz says when it can be; ask again then."

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a program asks it.

    Attributes:
        question: the question.
        earlier: the conversation before it: turns, or questions alone.
        options: what is narrowed.
    """

    question: str
    earlier: tuple[Turn | str, ...] = ()
    options: Options = Options()


class Service:
    """Answers for routes: all that is asked of one server, by programs and by widgets, stands in one line.

    Args:
        assistant: is asked.
        config: how long an answer may take, and how many are kept to be replayed.
    """

    def __init__(self, assistant: Serving, config: ApiConfig) -> None:
        self.assistant = assistant
        self.metrics = Metrics()
        self.replayable: Replayable[Asked] = Replayable(config.replayed)
        self._line = Line(config.timeout_seconds)

    async def answer(self, asked: Asked, report: Report | None = None) -> Answer:
        """The answer to a question.

        Raises:
            Problem: the question cannot be taken, or not be answered in time or at all.
        """
        return await self.run(lambda: self._answer(asked, report))

    async def answer_shown(
        self, asked: Asked, shown: Callable[[Answer, Sequence[Source]], Result]
    ) -> tuple[Answer, Result]:
        """The answer to a question, and what is made of it and the records of the corpus.

        Raises:
            Problem: as `answer` does.
        """

        def made() -> tuple[Answer, Result]:
            answer = self._answer(asked, None)
            return answer, shown(answer, self.assistant.index.sources)

        return await self.run(made)

    def _answer(self, asked: Asked, report: Report | None) -> Answer:
        searched_sources(self.assistant.index, asked.options)  # before earlier questions are asked again
        turns = turns_of(self.assistant, asked.earlier)
        answer = self.assistant.ask(asked.question, turns, asked.options, report)
        self.metrics.answer(answer)
        self.replayable.keep(answer.id, replace(asked, earlier=tuple(turns)))
        return answer

    async def run(self, call: Callable[[], Result]) -> Result:
        """What the call returns, made in a thread.

        Whatever looks at the index belongs in such a call: it reads the disk, and may open a newer index.

        Raises:
            Problem: too many were before it, it took too long, or it raised an error.
        """
        try:
            return await self._line.run(call)
        except QuestionError as error:
            raise Problem(422, str(error)) from error
        except IngestError as error:
            log_defect(error)
            raise Problem(503, _NO_INDEX, {"Retry-After": "10"}) from error
        except Problem:
            raise
        except Exception as error:
            log_defect(error)
            raise Problem(500, DEFECT) from error
