"""What went wrong, for programs and people: problem details of RFC 9457."""

from collections.abc import Mapping

from starlette.responses import JSONResponse


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A response that says what happened and what to do.

    Args:
        status: of HTTP, 400 to 599.
        title: the kind of problem, in a few words.
        detail: this problem and the way out of it, in one or two sentences.
        headers: further headers.
    """
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(content, status, headers, media_type="application/problem+json")
