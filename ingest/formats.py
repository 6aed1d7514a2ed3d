"""Which format a file has, told from its first bytes and its name."""

import io
import re
import zipfile
from pathlib import PurePath

from ingest.decoding import decode
from ingest.errors import ParseError

# Office files and books are zip archives; the name of a part in each tells them apart.
_PARTS = {
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "xl/workbook.xml": "xlsx",
}
_MIME = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/epub+zip": "epub",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1024
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)[\s/>]")
_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]", re.IGNORECASE)
_MAIL = re.compile(r"(?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){3}")
_MAIL_FIELDS = re.compile(r"^(?:From|To|Subject|Date|Message-ID|MIME-Version|Received):", re.M | re.I)
_OF_MAILBOX = re.compile(r"\AFrom [^\n]*\n")
_MARKDOWN = re.compile(r"^#{1,6} \S", re.MULTILINE)
_NUMBERED = re.compile(
    r"^\d{1,2}\. ?(?:Introduction|Background|Methods?|Results|Discussion)\s*$", re.M | re.I
)
_NOT_READ = {
    ".msg": "an Outlook message. Open it in Outlook and save it as .eml or print it to PDF",
    ".doc": "a Word file of before 2007. Open it in Word or LibreOffice and save it as .docx",
    ".xls": "an Excel file of before 2007. Open it in Excel or LibreOffice and save it as .xlsx or PDF",
    ".ppt": "a PowerPoint file of before 2007. Open it in LibreOffice or PowerPoint and save it as .pptx",
}


def tell_format(content: bytes, name: str) -> str:
    """The name of a file's format, as the manifest gives it.

    Raises:
        ParseError: the file is empty, or of a kind that is not read; the message says what to do.
    """
    if not content.strip():
        raise ParseError(f"{name} is empty. Get the file again from where it came.")
    if b"%PDF-" in content[:_HEAD] or PurePath(name).suffix.lower() == ".pdf":
        return "pdf"
    if content.startswith(b"{\\rtf"):
        return "rtf"
    if content.startswith(b"PK"):
        return _of_archive(content, name)
    if content.startswith(_OLD_OFFICE):
        raise ParseError(f"{name} is {_old_office(content, name)}.")
    return _of_text(content, name)


def _of_archive(content: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
            if "mimetype" in parts and archive.getinfo("mimetype").file_size < _HEAD:
                form = _MIME.get(archive.read("mimetype").strip())
                if form:
                    return form
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ParseError(
            f"{name} is a damaged office file or archive ({error}). Get it again, or save it anew from the "
            "program that made it."
        ) from error
    for part, form in _PARTS.items():
        if part in parts:
            return form
    raise ParseError(f"{name} is an archive that is not read. Unpack it, and add the documents in it.")


def _old_office(content: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "an office file with a password. Open it and save it without one"
    suffix = PurePath(name).suffix.lower()
    return _NOT_READ.get(suffix, "an office file of before 2007. Open it and save it as .docx or PDF")


def _of_text(content: bytes, name: str) -> str:
    text, _ = decode(content, name)
    start = text.lstrip()[: 8 * _HEAD]
    suffix = PurePath(name).suffix.lower()
    if _HTML.search(start[:_HEAD]) or suffix in (".html", ".htm", ".xhtml"):
        return "html"
    if start.startswith("<"):
        body = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", "", start, flags=re.S)
        root = _ROOT.match(body.lstrip())
        if root:
            return (
                "jats" if root.group(1) == "article" and re.search(r"<front[\s/>]", text) else "article-xml"
            )
    fields = _OF_MAILBOX.sub("", start)
    if suffix == ".eml" or (_MAIL.match(fields) and len(_MAIL_FIELDS.findall(fields)) >= 2):
        return "email"
    if suffix in (".md", ".markdown") or _MARKDOWN.search(text):
        return "markdown"
    return "journal-text" if _NUMBERED.search(text) else "web-text"
