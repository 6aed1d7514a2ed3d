"""A source file to its blocks in file order, told apart by form alone.

`parse` picks the parser that the manifest names; each format has a module of its own. What is content and
what is not, and what belongs together, is decided later, in `structure.py`. Nothing here is run on a file of
unknown origin but in the process that `sandbox.py` starts and can end.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest import (
    parse_email,
    parse_html,
    parse_jats,
    parse_markdown,
    parse_office,
    parse_pdf,
    parse_plain,
    parse_xml,
)
from ingest.decoding import decode
from ingest.errors import ParseError
from ingest.limits import Limits
from ingest.pandoc import FORMATS as OFFICE
from ingest.parsed import Parsed, ParsedBlock
from ingest.records import Note

# Parsers of text: decoded text and file name to blocks, or to blocks with a proposal.
_TEXT: dict[str, Callable[[str, str], tuple[ParsedBlock, ...] | Parsed]] = {
    "article-xml": parse_xml.parse,
    "html": parse_html.parse,
    "jats": parse_jats.parse,
    "markdown": parse_markdown.parse,
    "journal-text": parse_plain.parse_journal,
    "web-text": parse_plain.parse_web,
}
FORMATS = (*_TEXT, "pdf", "email", *OFFICE)


def parse(content: bytes, form: str, path: str, password: str = "", limits: Limits | None = None) -> Parsed:
    """The blocks of a source file, in file order, cleaned of mark-up.

    Args:
        content: of the file.
        form: name of its format.
        path: of the file; its name is used in messages.
        password: opens an encrypted file.
        limits: what it may take.

    Raises:
        ParseError: the format is unknown, the file does not have it, holds no text or is beyond the limits.
        PasswordError: the file is encrypted, and the password is missing or wrong.
    """
    name = Path(path).name
    if form not in FORMATS:
        raise ParseError(f"{name}: unknown format {form!r}. Known formats: {', '.join(FORMATS)}.")
    limits = limits or Limits()
    if form == "pdf":
        parsed = parse_pdf.parse(content, name, password, limits)
    elif form in OFFICE:
        parsed = parse_office.parse(content, form, name, limits)
    elif form == "email":
        parsed = parse_email.parse(content, name)
    else:
        parsed = _parse_text(content, form, name)
    if not parsed.blocks:
        raise ParseError(
            f"{name} holds no text in the form {form!r}. Check the file and the format in the manifest."
        )
    return parsed


def _parse_text(content: bytes, form: str, name: str) -> Parsed:
    text, guessed = decode(content, name)
    found = _TEXT[form](text, name)
    parsed = found if isinstance(found, Parsed) else Parsed(text, found)
    if guessed:
        note = Note(0, f"The file does not say how its letters are encoded; it was read as {guessed}.")
        parsed = replace(parsed, notes=(note, *parsed.notes))
    return parsed
