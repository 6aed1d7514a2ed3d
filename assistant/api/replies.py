"""Records as responses, and what the OpenAPI document says of a route's responses."""

from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from assistant.api.problems import MEDIA_TYPE
from assistant.serialise import Record, json_line, record_json

# What any route may end with: see assistant/api/guard.py and assistant/api/service.py.
_USUAL = (400, 401, 403, 408, 413, 415, 422, 429, 500, 503, 504)
_LATER = {
    "headers": {
        "Retry-After": {"description": "Seconds after which to ask again.", "schema": {"type": "integer"}}
    }
}

# One server-sent event.
EVENT = {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}


def reply(record: Record) -> Response:
    """A record as JSON: its fields and names, nothing added and nothing left out."""
    return Response(json_line(record_json(record)), media_type="application/json")


def documented(success: dict[str, Any], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may answer.

    Args:
        success: of its response when all goes well: {"model": …} or {"content": …}.
        statuses: of problems beside the usual ones.
    """
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    problems: dict[int | str, dict[str, Any]] = {
        status: {
            "description": f"Problem: {HTTPStatus(status).phrase}",
            "content": {MEDIA_TYPE: {"schema": schema}},
            **(_LATER if status in (429, 503) else {}),
        }
        for status in sorted({*_USUAL, *statuses})
    }
    return {200: success, **problems}
