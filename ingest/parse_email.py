"""E-mail messages: subject, sender and date, and the text of the message; what is attached is not read."""

import email
import email.message
import email.policy
import html
import re
from dataclasses import replace

from ingest.errors import ParseError
from ingest.html_tree import read_html
from ingest.mapped_text import MappedText
from ingest.parse_html import blocks_of
from ingest.parse_plain import parse_web
from ingest.parsed import Parsed, ParsedBlock, Proposal
from ingest.records import Note

HEAD = "head of the message"
_FIELDS = ("From", "To", "Cc", "Date", "Subject")


def parse(content: bytes, name: str) -> Parsed:
    """The blocks of a message. Offsets count in its head and text, put one after the other.

    Raises:
        ParseError: it holds no text.
    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        raise ParseError(f"{name} holds no text of a message. Save what is attached to it, and add that.")
    charset = body.get_content_charset()
    text = _decoded(body, charset)
    head = "".join(f"{field}: {_line(message, field)}\n" for field in _FIELDS if _line(message, field)) + "\n"
    layer = head + text
    if body.get_content_type() == "text/html":
        root = read_html(layer)
        found = blocks_of(root, root)
        found = tuple(block for block in found if block.pieces[0].starts[0] >= len(head))
    else:
        found = tuple(_shifted(block, len(head)) for block in parse_web(text, name))
    fields = MappedText.of_file(layer).slice(0, len(head)).clean(markdown=False)
    attached = len(list(message.iter_attachments()))
    notes = (Note(0, f"It has {attached} attached files, which were not read: add them by themselves."),)
    date = re.search(r"(?:19|20)\d\d", _line(message, "Date"))
    proposal = Proposal.of(
        {
            "title": _line(message, "Subject"),
            "authors": (re.sub(r"\s*<[^>]*>|[\"']", "", _line(message, "From")),),
            "year": int(date.group()) if date else None,
        },
        "the head of the message",
    )
    blocks = (ParsedBlock("paragraph", (fields,), left_out=HEAD), *found)
    return Parsed(layer, blocks, made=True, notes=notes if attached else (), proposal=proposal)


def _decoded(body: email.message.MIMEPart, charset: str | None) -> str:
    raw = body.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    try:
        text = content.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = content.decode("cp1252", "replace")  # what most programs write without saying so
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(message: email.message.EmailMessage, field: str) -> str:
    try:
        return html.unescape(" ".join(str(message.get(field, "")).split()))
    except (ValueError, IndexError, TypeError):  # a field that breaks the rules of mail
        return ""


def _shifted(block: ParsedBlock, by: int) -> ParsedBlock:
    pieces = tuple(
        MappedText(p.text, tuple(s + by for s in p.starts), tuple(e + by for e in p.ends))
        for p in block.pieces
    )
    return replace(block, pieces=pieces)
