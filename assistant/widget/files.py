"""The widget's files as they are served, and the hash by which a page can insist on one version."""

import base64
import hashlib
from pathlib import Path

_STATIC = Path(__file__).parent.parent / "static"


def content(name: str) -> bytes:
    """A file of assistant/static/."""
    return (_STATIC / name).read_bytes()


def integrity() -> str:
    """The Subresource Integrity value of widget.js: "sha384-…".

    Source: https://www.w3.org/TR/sri-2/, which asks for SHA-384 or SHA-512.
    """
    digest = hashlib.sha384(content("widget.js")).digest()
    return f"sha384-{base64.b64encode(digest).decode('ascii')}"
