"""Words of a Word file that cannot be seen in it: marked as hidden, tiny, or white on white."""

import io
import re
import zipfile

_RUN = re.compile(r"<w:r(?:\s[^>]*)?>(?:(?!<w:r[\s>]).)*?</w:r>", re.DOTALL)
_PROPERTIES = re.compile(r"<w:rPr>.*?</w:rPr>", re.DOTALL)
_VANISHED = re.compile(r"<w:(?:vanish|webHidden)(?:\s+w:val=\"(?:1|true|on)\")?\s*/>")
_WHITE = re.compile(r'<w:color\s[^>]*w:val="[fF]{6}"')
# Half-points: type below two points is not read by people.
_SIZE = re.compile(r'<w:sz\s[^>]*w:val="(\d+)"')
_LEAST_SIZE = 4
_TEXT = re.compile(r"<w:t(?:\s[^>]*)?>([^<]*)</w:t>")
_PART = "word/document.xml"


def without_hidden(content: bytes) -> tuple[bytes, int]:
    """The file without runs that cannot be seen, and how many words they held."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(_PART).decode("utf-8", "replace")
        shown, count = _shown(text)
        if not count:
            return content, 0
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for item in archive.infolist():
                part = shown.encode("utf-8") if item.filename == _PART else archive.read(item)
                copy.writestr(item.filename, part)
    return made.getvalue(), count


def _shown(text: str) -> tuple[str, int]:
    parts: list[str] = []
    position = words = 0
    for run in _RUN.finditer(text):
        properties = _PROPERTIES.search(run.group())
        if properties and _is_hidden(properties.group(), text, run.start()):
            parts.append(text[position : run.start()])
            position = run.end()
            words += len(" ".join(_TEXT.findall(run.group())).split())
    return "".join([*parts, text[position:]]), words


def _is_hidden(properties: str, text: str, at: int) -> bool:
    size = _SIZE.search(properties)
    if _VANISHED.search(properties) or (size and int(size[1]) < _LEAST_SIZE):
        return True
    return bool(_WHITE.search(properties)) and not _is_shaded(properties, text, at)


def _is_shaded(properties: str, text: str, at: int) -> bool:
    """Whether something may stand behind the words, so that white can be seen: a shade, or a table."""
    if "<w:shd" in properties or "<w:highlight" in properties:
        return True
    paragraph = text[text.rfind("<w:p>", 0, at) : at], text[text.rfind("<w:p ", 0, at) : at]
    if any("<w:shd" in part or "<w:pStyle" in part for part in paragraph if part):
        return True
    before = text[:at]
    inside = ("w:tbl", "w:txbxContent")
    return any(len(re.findall(rf"<{tag}[\s>]", before)) > before.count(f"</{tag}>") for tag in inside)
