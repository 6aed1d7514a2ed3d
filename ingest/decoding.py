"""Bytes to text: the encoding that a file declares or has, told when it is a guess."""

import codecs
import re

import charset_normalizer

from ingest.errors import ParseError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# `<?xml version="1.0" encoding="ISO-8859-1"?>`, `<meta charset="windows-1252">`, `charset=…` in a meta.
_DECLARED = re.compile(rb"""<(?:\?xml\s[^>]*?encoding|meta\s[^>]*?charset)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_HEAD = 4096
# A text may hold no more than this share of control characters. Source: none of the files of the corpus and
# of the collection that `tools/awkward.py` reads holds one; binary files hold a tenth and more.
_MOST_CONTROLS = 0.01
_FEW_CONTROLS = 8
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_NO_TEXT = (
    "{} is not a text file, nor any other that is read: PDF, XML, HTML, Markdown, .docx, .odt, .rtf, .pptx, "
    ".epub, .eml. Convert it to one of these."
)


def decode(content: bytes, name: str) -> tuple[str, str]:
    r"""The text of a file, and its encoding if that had to be guessed, else an empty string.

    A byte order mark decides, then UTF-8 if the file is valid UTF-8, then what the file declares, then a
    guess by the frequency of letters. Line ends become `\n`.

    Raises:
        ParseError: the file is no text.
    """
    text, guessed = _decode(content, name)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(_CONTROLS.findall(text)) > max(_FEW_CONTROLS, _MOST_CONTROLS * len(text)):
        raise ParseError(_NO_TEXT.format(name))
    return text, guessed


def _decode(content: bytes, name: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(content[:_HEAD])
    if declared:
        try:
            return content.decode(declared.group(1).decode("ascii")), ""
        except (LookupError, UnicodeDecodeError):
            pass  # it declares what it does not have
    best = charset_normalizer.from_bytes(content).best()
    if best is None:
        raise ParseError(_NO_TEXT.format(name))
    return str(best), best.encoding
