"""A source file to its blocks in file order, told apart by form alone.

`parse` picks the parser that the manifest names; each format has a module of its own. What is content and
what is not, and what belongs together, is decided later, in `structure.py`.
"""

from pathlib import Path

from ingest import parse_markdown, parse_plain, parse_xml
from ingest.errors import ParseError
from ingest.parsed import ParsedBlock
from ingest.records import Source

PARSERS = {
    "article-xml": parse_xml.parse,
    "markdown": parse_markdown.parse,
    "journal-text": parse_plain.parse_journal,
    "web-text": parse_plain.parse_web,
}


def decode(content: bytes, source: Source) -> str:
    r"""The text of a source file. Line ends become `\n`; offsets into the file are into this text.

    Raises:
        ParseError: the file is not UTF-8 text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError(
            f"{source.path} is not UTF-8 text (byte {error.start}). Save it as UTF-8 and put its new "
            "SHA-256 into the manifest."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse(text: str, source: Source) -> tuple[ParsedBlock, ...]:
    """The blocks of a decoded source file, in file order, cleaned of mark-up.

    Raises:
        ParseError: the format is unknown, the text does not have it, or it holds no text.
    """
    parser = PARSERS.get(source.format)
    if parser is None:
        raise ParseError(
            f"{source.id}: unknown format {source.format!r}. Known formats: {', '.join(PARSERS)}."
        )
    blocks = parser(text, source)
    if not blocks:
        raise ParseError(
            f"{Path(source.path).name} holds no text in the form {source.format!r}. Check the file and "
            "the format in the manifest."
        )
    return blocks
