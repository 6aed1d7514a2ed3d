"""Routes that show what answers are taken from: sources and passages."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from assistant.api.models import SOURCE, Offset, Question, SourceId
from assistant.api.problems import Problem
from assistant.api.replies import documented, reply
from assistant.api.service import Service
from assistant.records import Options
from assistant.source_text import (
    PassagesFound,
    SourceList,
    SourceText,
    source_list,
    source_text,
    text_around,
)

Around = Annotated[int, Query(ge=0, le=5000, description="Characters on each side of the span.")]
SpanEnd = Annotated[Offset | None, Query(description="Of a span in the source's text: both ends or none.")]
Id = Annotated[SourceId, Path(openapi_examples={"review": {"value": SOURCE}})]


class SourceRoutes:
    """The routes below /api/v1 that show sources and passages."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.router = APIRouter(prefix="/api/v1", tags=["sources"])
        for path, endpoint, model, statuses in (
            ("/sources", self.sources, SourceList, ()),
            ("/sources/{source_id}", self.source, SourceText, (404,)),
            ("/search", self.search, PassagesFound, ()),
        ):
            described = documented({"model": model}, *statuses)
            self.router.add_api_route(path, endpoint, responses=described, response_class=Response)

    async def sources(self) -> Response:
        """Every source: its record, and what a reader must know to judge a quote from it."""

        def made() -> SourceList:
            index = self._service.assistant.index
            return source_list(index.documents.values(), index.corpus_digest)

        return reply(await self._service.run(made))

    async def source(
        self, source_id: Id, start: SpanEnd = None, end: SpanEnd = None, around: Around = 200
    ) -> Response:
        """A source with its sections and, if a span is given, the text around it."""

        def made() -> SourceText:
            document = self._service.assistant.index.documents.get(source_id)
            if document is None:
                raise Problem(404, "There is no such source. /api/v1/sources lists them.")
            if (start is None) != (end is None):
                raise Problem(422, "start and end go together.")
            span = None if start is None or end is None else text_around(document, start, end, around)
            return source_text(document, span)

        return reply(await self._service.run(made))

    async def search(
        self,
        q: Annotated[Question, Query(description="The question.")],
        sources: Annotated[list[SourceId] | None, Query(description="Only these; all if left out.")] = None,
    ) -> Response:
        """The passages most likely to answer a question, best first. None was read, so none may answer it."""
        options = Options(tuple(dict.fromkeys(sources or ())))
        assistant = self._service.assistant
        hits = await self._service.run(lambda: assistant.passages(q, options))
        return reply(PassagesFound(q, hits))
