"""What the widget asks its server for, from values to responses."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from assistant.api.models import MAX_TURNS, EarlierTurn, Offset, SourceId, StandaloneQuestion
from assistant.api.problems import Problem
from assistant.api.rates import RateLimit, network
from assistant.api.service import Asked, Service
from assistant.examples import examples
from assistant.serialise import answer_json, json_line
from assistant.widget.labels import labels
from assistant.widget.shown import context, shown
from assistant.widget.sites import Site, Sites

# Questions offered at the start, one from each of the first topics. Source: what fits the dialog.
_EXAMPLES = 3
# What a reader does beside asking (starting the widget, opening quotes) is counted apart and may be this much
# more often. Source: an answer has at most six quotes, and the widget starts once a page.
_OTHER_REQUESTS = 10
_TOO_OFTEN = "Too many requests. Send the next one in {} seconds."
_NO_SOURCE = "There is no source of this id in the corpus."


class _Body(BaseModel):
    """What a page may send: nothing but the fields that are named."""

    model_config = ConfigDict(extra="forbid")


class Start(_Body):
    """How the widget starts: the language of its page."""

    language: Annotated[str, Field(max_length=35)] = ""


class AnsweredTurn(EarlierTurn):
    """An earlier turn as its answer gave it; a page cannot have questions asked again."""

    standalone_question: StandaloneQuestion


class Question(_Body):
    """A question and the turns before it, oldest first; the reader is told what is wrong with it."""

    question: str
    history: Annotated[list[AnsweredTurn], Field(max_length=MAX_TURNS)] = []


class Place(_Body):
    """Where a quote stands."""

    source_id: SourceId
    start: Offset
    end: Offset


class SiteLimits:
    """How often a site and each of its readers may ask, and do all else.

    Args:
        site: says so.
    """

    def __init__(self, site: Site) -> None:
        self._of_address, self._of_site = (
            {asking: _per_minute(count * (1 if asking else _OTHER_REQUESTS)) for asking in (True, False)}
            for count in (site.questions_per_minute_and_address, site.questions_per_minute)
        )

    def wait_seconds(self, address: str, *, asking: bool) -> int:
        """Counts a request: 0 if it may be answered, else the seconds after which the next one may."""
        of_address = self._of_address[asking].wait_seconds(network(address))
        return of_address or self._of_site[asking].wait_seconds("all")


class Widget:
    """What the widget asks for, from values to responses. Keeps no question and no answer."""

    def __init__(self, service: Service, sites: Sites) -> None:
        self._service = service
        self._limits = {site.id: SiteLimits(site) for site in sites.by_id.values()}

    async def start(self, body: Start, request: Request) -> Response:
        """The labels, the questions to offer, and how many sources there are."""
        self._count(request)
        words = labels(body.language)
        sources = await self._service.run(lambda: len(self._service.assistant.index.sources))
        return _json(
            {
                "language": words.language,
                "direction": words.direction,
                "interface": dict(words.interface),
                "evidence": dict(words.evidence),
                "question_characters": words.question_characters,
                "turns": MAX_TURNS,
                "sources": sources,
                "suggestions": [topic.questions[0] for topic in examples()[:_EXAMPLES]],
            }
        )

    async def ask(self, body: Question, request: Request) -> Response:
        """The answer, what is shown of it, and the turn that the next question is sent with."""
        self._count(request, asking=True)
        asked = Asked(body.question, tuple(turn.turn() for turn in body.history))
        answer, content = await self._service.answer_shown(asked, shown)
        turn = answer.turn()
        return _json(
            {
                "answer": answer_json(answer),
                "shown": content,
                "turn": {
                    "question": turn.question,
                    "standalone_question": turn.standalone_question,
                    "source_ids": list(turn.source_ids),
                    "best_quote": turn.best_quote,
                },
            }
        )

    async def source_context(self, body: Place, request: Request) -> Response:
        """A quote with the text around it."""
        self._count(request)

        def made() -> dict[str, str]:
            document = self._service.assistant.index.documents.get(body.source_id)
            if document is None:
                raise Problem(404, _NO_SOURCE)
            try:
                return context(document, (body.start, body.end))
            except ValueError as error:
                raise Problem(422, str(error)) from error

        return _json(await self._service.run(made))

    def _count(self, request: Request, *, asking: bool = False) -> None:
        """Counts a request.

        Raises:
            Problem: the site or the reader sends too many.
        """
        address = request.client.host if request.client else ""
        seconds = self._limits[request.path_params["site"]].wait_seconds(address, asking=asking)
        if seconds:
            raise Problem(429, _TOO_OFTEN.format(seconds), {"Retry-After": str(seconds)})


def _per_minute(count: int) -> RateLimit:
    return RateLimit(f"{count}/minute", "widget")


def _json(values: Mapping[str, Any]) -> Response:
    return Response(json_line(values), media_type="application/json")
