"""Routes that answer: ask, ask in a stream, replay, verify."""

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from assistant.api.models import AnswerToVerify, AskRequest, QuoteToVerify
from assistant.api.problems import Problem
from assistant.api.replies import EVENT, documented, reply
from assistant.api.service import Asked, Service
from assistant.api.stream import HEADERS, MEDIA_TYPE, answer_events, begun
from assistant.records import Answer
from assistant.verify import check_quote
from assistant.verify_answer import Verification, verify_answer, verify_quote

_REPLAY_OFF = (
    "This server keeps no question. Ask the question again: the same question gives the same answer. Its "
    "operator can set ASSISTANT_API_REPLAYED to the number of answers that can be replayed."
)
_REPLAY_GONE = "No answer with this id is kept; it was never given here, or too many were given since."
_STREAM = {
    "description": "Server-sent events: `retrieved` (a part of the question and its passages), `quote` (a "
    "citation), `comparison`, `done` (the whole answer), `error` (a problem). The data of each is JSON.",
    "content": {MEDIA_TYPE: {"schema": EVENT}},
}


class AskRoutes:
    """The routes below /api/v1 that answer."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.router = APIRouter(prefix="/api/v1", tags=["answers"])
        add = self.router.add_api_route
        whole = documented({"model": Answer})
        add("/ask", self.ask, methods=["POST"], responses=whole, response_class=Response)
        add(
            "/ask/stream",
            self.ask_stream,
            methods=["POST"],
            responses=documented(_STREAM),
            response_class=StreamingResponse,
        )
        again = documented({"model": Answer}, 404)
        add("/answers/{answer_id}", self.replay, responses=again, response_class=Response)
        checked = documented({"model": Verification})
        add("/verify", self.verify, methods=["POST"], responses=checked, response_class=Response)

    async def ask(self, body: AskRequest) -> Response:
        """The answer to a question: verbatim quotes with their places, or that the sources do not say it.

        The same question, history and options give the same bytes but for `seconds`, as long as corpus and
        configuration stay: `id` is their hash. A refusal is an answer, with the status `not_in_sources`.
        """
        return reply(await self._service.answer(_asked(body)))

    async def ask_stream(self, body: AskRequest) -> StreamingResponse:
        """The answer to a question as a stream of events; a problem before the first is the response."""
        events = await begun(answer_events(self._service, _asked(body)))
        return StreamingResponse(events, media_type=MEDIA_TYPE, headers=HEADERS)

    async def replay(self, answer_id: str) -> Response:
        """An earlier answer, given again, if the operator of the server has questions kept in memory."""
        kept = self._service.replayable
        asked = kept.find(answer_id)
        if asked is None:
            raise Problem(404, _REPLAY_GONE if kept.most else _REPLAY_OFF)
        return reply(await self._service.answer(asked))

    async def verify(self, body: QuoteToVerify | AnswerToVerify) -> Response:
        """Whether a quote, or all of a saved answer, is in the corpus word for word; else what differs.

        A similar place is looked for to show the differences; only the very characters are exact.
        """

        def check() -> Verification:
            index = self._service.assistant.index
            if isinstance(body, AnswerToVerify):
                return verify_answer(body.content(), index.documents, index.corpus_digest)
            return verify_quote(check_quote(body.quote, index.documents, body.source_id, body.span()))

        return reply(await self._service.run(check))


def _asked(body: AskRequest) -> Asked:
    return Asked(body.question, tuple(turn.turn() for turn in body.history), body.options())
