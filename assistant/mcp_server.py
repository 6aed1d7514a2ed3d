"""The assistant as tools of the Model Context Protocol: `python -m assistant mcp`.

Speaks on standard input and output with the program that started it. Offers `ask`, `verify`, `search` and
`sources`; results are the same JSON as the HTTP API gives, `ask` has the answer as text besides.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError

from assistant.api.models import MOST_QUOTES, AnswerToVerify, EarlierTurn, Offset, Question, QuoteToVerify
from assistant.defects import log_defect
from assistant.errors import AssistantError
from assistant.live import Serving
from assistant.load import load_live_assistant
from assistant.records import MAX_QUOTES, Options
from assistant.render_text import render_text
from assistant.serialise import json_line, record_json
from assistant.source_text import PassagesFound, source_list, source_text, text_around
from assistant.turns import turns_of
from assistant.verify import check_quote
from assistant.verify_answer import verify_answer, verify_quote
from ingest.config import IngestConfig, ingest_config
from ingest.errors import IngestError

_ABOUT = (
    "Answers questions on complications of kyphoplasty and vertebroplasty in verbatim quotes from a small "
    "corpus, each with its place in a named source, or says that the sources do not hold the answer. Repeat "
    "quotes word for word with their source; do not add to them. Not for emergencies and not for decisions "
    "about a patient."
)
_DEFECT = "The tool failed because of a defect. The log on standard error says where."
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Sources = Annotated[list[str] | None, Field(description="Ids of the only sources that are searched.")]
Result = TypeVar("Result")


class Tools:
    """The tools of one assistant, each from values to a result."""

    def __init__(self, assistant: Serving) -> None:
        self._assistant = assistant

    def ask(
        self,
        question: Annotated[Question, Field(description="In English.")],
        history: Annotated[
            list[EarlierTurn] | None, Field(description="Earlier turns, oldest first.")
        ] = None,
        sources: Sources = None,
        quotes: Annotated[int, Field(ge=1, le=MOST_QUOTES, description="For each part.")] = MAX_QUOTES,
    ) -> CallToolResult:
        """Answers a question in verbatim, cited quotes, or says that the sources do not hold the answer."""

        def answered() -> CallToolResult:
            turns = turns_of(self._assistant, [turn.turn() for turn in history or ()])
            answer = self._assistant.ask(question, turns, Options(tuple(sources or ()), quotes))
            return _result(record_json(answer), render_text(answer, self._assistant.index.sources))

        return _tried(answered)

    def verify(
        self,
        quote: Annotated[str | None, Field(description="The words to check.")] = None,
        source_id: Annotated[str | None, Field(description="The source they are said to be from.")] = None,
        start: Annotated[Offset | None, Field(description="Where in that source they begin.")] = None,
        end: Offset | None = None,
        answer: Annotated[AnswerToVerify | None, Field(description="Or a whole answer of `ask`.")] = None,
    ) -> CallToolResult:
        """Says whether a quote, or all of a saved answer, is in the sources word for word, or how not."""

        def checked() -> CallToolResult:
            index = self._assistant.index
            if answer is not None:
                found = verify_answer(answer.content(), index.documents, index.corpus_digest)
            else:
                asked = _quote(quote, source_id, start, end)
                check = check_quote(asked.quote, index.documents, asked.source_id, asked.span())
                found = verify_quote(check)
            return _result(record_json(found))

        return _tried(checked)

    def search(self, question: Question, sources: Sources = None) -> CallToolResult:
        """Finds the passages nearest to a question. They were not read: none may answer it."""

        def found() -> CallToolResult:
            hits = self._assistant.passages(question, Options(tuple(sources or ())))
            return _result(record_json(PassagesFound(question, hits)))

        return _tried(found)

    def sources(
        self,
        source_id: Annotated[str | None, Field(description="Of one source; all if left out.")] = None,
        start: Annotated[Offset | None, Field(description="Of a span in the source's text.")] = None,
        end: Offset | None = None,
        around: Annotated[int, Field(ge=0, le=5000, description="Characters on each side.")] = 200,
    ) -> CallToolResult:
        """Lists the sources, or shows one with its sections and, if a span is given, the text around it."""

        def shown() -> CallToolResult:
            index = self._assistant.index
            if (start is None) != (end is None) or (start is not None and source_id is None):
                raise ToolError("start and end go together, with a source_id.")
            if source_id is None:
                return _result(record_json(source_list(index.documents.values(), index.corpus_digest)))
            if source_id not in index.documents:
                raise ToolError(f"There is no source {source_id!r}: {', '.join(index.documents)}.")
            document = index.documents[source_id]
            if start is None or end is None:
                return _result(record_json(source_text(document, None)))
            return _result(record_json(source_text(document, text_around(document, start, end, around))))

        return _tried(shown)


def mcp_server(assistant: Serving) -> MCPServer[Any]:
    """The server of an assistant's tools."""
    server: MCPServer[Any] = MCPServer("kyphoplasty-assistant", instructions=_ABOUT, log_level="ERROR")
    tools = Tools(assistant)
    for tool in (tools.ask, tools.verify, tools.search, tools.sources):
        server.add_tool(tool, annotations=_READS)
    return server


def main(argv: Sequence[str], load: Callable[[IngestConfig], Serving] = load_live_assistant) -> int:
    """Serves until the input ends; returns 0, or 2 after an error in one sentence on stderr.

    Args:
        argv: arguments after `mcp`.
        load: makes the assistant that is asked.
    """
    argparse.ArgumentParser(prog="python -m assistant mcp", description=_ABOUT).parse_args(argv)
    try:
        server = mcp_server(load(ingest_config(os.environ)))
    except (IngestError, AssistantError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    server.run("stdio")
    return 0


def _quote(quote: str | None, source_id: str | None, start: int | None, end: int | None) -> QuoteToVerify:
    """The quote to check.

    Raises:
        ToolError: it is none.
    """
    try:
        return QuoteToVerify.model_validate(
            {"quote": quote, "source_id": source_id, "start": start, "end": end}
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise ToolError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


def _result(content: dict[str, Any], text: str | None = None) -> CallToolResult:
    """A result as JSON and as text; the text is the JSON if there is no better one."""
    shown = TextContent(type="text", text=json_line(content) if text is None else text)
    return CallToolResult(content=[shown], structured_content=content)


def _tried(call: Callable[[], Result]) -> Result:
    """What the call returns.

    Raises:
        ToolError: what it raised, in a sentence; a defect is logged without its words.
    """
    try:
        return call()
    except ToolError:
        raise
    except AssistantError as error:
        raise ToolError(str(error)) from error
    except Exception as error:
        log_defect(error)
        raise ToolError(_DEFECT) from None
