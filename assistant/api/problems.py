"""What went wrong, for programs and people: problem details of RFC 9457.

Below /v1/ a problem also has the member `error`, where clients of OpenAI's interface look for it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from assistant.serialise import json_line

MEDIA_TYPE = "application/problem+json"
OPENAI_PATH = "/v1/"
DEFECT = "The request could not be answered because of a defect. The server's log says where."
_JSON = re.compile(r"application/(?:[\w.-]+\+)?json\b", re.IGNORECASE)
_NOT_JSON = "The body is not marked as JSON. Send the header Content-Type: application/json."
_SENTENCES = {
    400: "The body could not be read. Send JSON in UTF-8.",
    405: "This address does not take this method; the header Allow names those it takes.",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a request; `field` is a path such as "body.question"."""

    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """A problem as it is sent: RFC 9457, with `errors` where fields of the request are wrong."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()


class Problem(HTTPException):
    """Ends a request with a problem.

    Args:
        status: of HTTP, 400 to 599.
        detail: what happened and what to do, in one or two sentences.
        headers: further headers.
        errors: the fields that are wrong.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldProblem] = (),
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.errors = tuple(errors)


def problem_json(problem: Problem, path: str = "") -> dict[str, object]:
    """The problem as values of JSON, in the form for the path."""
    content: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": problem.detail,
    }
    if problem.errors:
        content["errors"] = [{"field": error.field, "detail": error.detail} for error in problem.errors]
    if path.startswith(OPENAI_PATH):
        kind = "invalid_request_error" if problem.status_code < 500 else "server_error"
        content["error"] = {"message": problem.detail, "type": kind, "param": None, "code": None}
    return content


def problem_response(problem: Problem, path: str) -> Response:
    """The problem as a response to a request for the path."""
    body = json_line(problem_json(problem, path))
    return Response(body, problem.status_code, problem.headers, MEDIA_TYPE)


def add_handlers(api: FastAPI, addresses: str) -> None:
    """Makes every error of an application a problem.

    Args:
        api: the application.
        addresses: sentence that says where its addresses are listed, for those who missed them.
    """
    sentences = {**_SENTENCES, 404: f"There is nothing at this address. {addresses}"}

    async def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, Problem):
            status = error.status_code if isinstance(error, StarletteHTTPException) else 500
            headers = error.headers if isinstance(error, StarletteHTTPException) else None
            error = Problem(status, sentences.get(status, DEFECT), headers)
        return problem_response(error, request.url.path)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if request.method == "POST" and not _JSON.match(request.headers.get("content-type", "")):
            return problem_response(Problem(415, _NOT_JSON), request.url.path)
        return problem_response(_invalid(error), request.url.path)

    api.add_exception_handler(StarletteHTTPException, refused)
    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(Exception, refused)


def _invalid(error: RequestValidationError) -> Problem:
    """What is wrong with a request's fields. Values are not repeated: they may be words of a question."""
    errors = [
        FieldProblem(".".join(str(part) for part in item["loc"]), item["msg"].removeprefix("Value error, "))
        for item in error.errors()
    ]
    detail = f"{errors[0].field}: {errors[0].detail}"
    return Problem(422, detail if detail.endswith(".") else f"{detail}.", errors=errors)
