"""The assistant as a chat model, for clients and harnesses that speak OpenAI's interface.

The answer is the message's text, with numbered quotes and references. Beside it stand the whole answer as
JSON (`answer`) and, where a quote's source has a web address, an annotation of the message with the place of
the quote in the text. There is no language model: what steers one is taken and has no effect.
"""

import time
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response, StreamingResponse

from assistant.api.models import ChatRequest
from assistant.api.problems import Problem
from assistant.api.replies import EVENT, documented
from assistant.api.service import Asked, Service
from assistant.api.stream import HEADERS, MEDIA_TYPE
from assistant.errors import QuestionError
from assistant.question import checked_question
from assistant.records import Answer
from assistant.render import web_link
from assistant.render_text import render_text
from assistant.serialise import answer_json, json_line

MODEL = "kyphoplasty-assistant"
_JSON = "application/json"
_OBJECT = {"content": {_JSON: {"schema": {"type": "object"}}}}
_COMPLETION = {
    "description": "A completion as OpenAI's interface has it, with the whole answer in `answer`; or, with "
    "`stream`, server-sent events of its pieces, the last of which holds `answer`.",
    "content": {_JSON: {"schema": {"type": "object"}}, MEDIA_TYPE: {"schema": EVENT}},
}
# No token is made or read by a language model.
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class OpenAiRoutes:
    """The routes below /v1."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
        add = self.router.add_api_route
        models = documented({"description": "The only model.", **_OBJECT})
        add("/models", self.models, responses=models, response_class=Response)
        one = documented({"description": "The model.", **_OBJECT}, 404)
        add("/models/{model}", self.model, responses=one, response_class=Response)
        add(
            "/chat/completions",
            self.complete,
            methods=["POST"],
            responses=documented(_COMPLETION),
            response_class=Response,
        )

    async def models(self) -> Response:
        """The only model there is: the assistant."""
        return Response(json_line({"object": "list", "data": [_model()]}), media_type=_JSON)

    async def model(self, model: Annotated[str, Path(openapi_examples={"it": {"value": MODEL}})]) -> Response:
        """What is said of the model."""
        if model != MODEL:
            raise Problem(404, f"There is no such model. The only one is {MODEL}.")
        return Response(json_line(_model()), media_type=_JSON)

    async def complete(self, body: ChatRequest) -> Response:
        """The answer to the last message of the user.

        The last of the user's earlier messages are asked again, so that the question may lean on them;
        messages of the system and of the assistant are not read.
        """
        answer, text = await self._service.answer_shown(_asked(body), render_text)
        about = {
            "id": f"chatcmpl-{answer.id}",
            "created": int(time.time()),
            "model": MODEL,
            "system_fingerprint": answer.corpus[:16],
        }
        if body.stream:
            usage = body.stream_options is not None and body.stream_options.include_usage
            return StreamingResponse(
                _chunks(answer, text, about, usage=usage), media_type=MEDIA_TYPE, headers=HEADERS
            )
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {
            "index": 0,
            "message": {**message, "annotations": _annotations(answer, text)},
            "logprobs": None,
            "finish_reason": "stop",
        }
        completion = {
            **about,
            "object": "chat.completion",
            "choices": [choice],
            "usage": _USAGE,
            "answer": answer_json(answer),
        }
        return Response(json_line(completion), media_type=_JSON)


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "kyphoplasty-assistant"}


def _asked(body: ChatRequest) -> Asked:
    """The last question of a chat and those before it; messages that hold no question are passed over.

    Raises:
        Problem: the last message of the user is no question, or there is none.
    """
    try:
        said = [message.text() for message in body.messages if message.role == "user"]
        if not said:
            raise QuestionError('There is no message with the role "user".')
        checked_question(said[-1])
    except QuestionError as error:
        raise Problem(422, str(error)) from error
    earlier = [text for text in said[:-1] if _is_question(text)]
    return Asked(said[-1], tuple(earlier))


def _is_question(text: str) -> bool:
    try:
        checked_question(text)
    except QuestionError:
        return False
    return True


def _annotations(answer: Answer, text: str) -> list[dict[str, Any]]:
    """Where each quote stands in the text, with the address of its source, for quotes that have one."""
    found = []
    end = 0
    for citation in answer.citations:
        start = text.find(citation.quote, end)
        if start < 0 or not web_link(citation.source):
            continue
        end = start + len(citation.quote)
        cited = {
            "start_index": start,
            "end_index": end,
            "title": citation.source.title,
            "url": web_link(citation.source),
        }
        found.append({"type": "url_citation", "url_citation": cited})
    return found


def _chunks(answer: Answer, text: str, about: dict[str, Any], *, usage: bool) -> Iterator[str]:
    """The completion in pieces: the text by lines, then the annotations, then the whole answer."""

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        content = {**about, "object": "chat.completion.chunk", "choices": [choice], **more}
        return f"data: {json_line(content)}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    for line in text.splitlines(keepends=True):
        yield chunk({"content": line})
    yield chunk({"annotations": _annotations(answer, text)}, "stop", answer=answer_json(answer))
    if usage:
        last = {**about, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE}
        yield f"data: {json_line(last)}\n\n"
    yield "data: [DONE]\n\n"
