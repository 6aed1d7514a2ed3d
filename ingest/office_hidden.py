"""Words of office files and books that cannot be seen in them: marked as hidden, tiny, or white on white.

They are taken out before the file is converted, because the converter drops what marks them.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator

from ingest.html_tree import UNSEEN, WHITE, hidden_by
from ingest.rtf_hidden import without_hidden_of_rtf

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[\w:.-]+)(?P<attributes>[^<>]*?)(?P<empty>/?)>")
# Type below two points is not read by people: `pdf_visible` has the source.
_LEAST_POINTS = 2.0
# In Word, in half-points.
_RUN = re.compile(r"<w:r(?:\s[^>]*)?>(?:(?!<w:r[\s>]).)*?</w:r>", re.DOTALL)
_PROPERTIES = re.compile(r"<w:rPr>.*?</w:rPr>", re.DOTALL)
_VANISHED = re.compile(r"<w:(?:vanish|webHidden)(?:\s+w:val=\"(?:1|true|on)\")?\s*/>")
_WHITE_RUN = re.compile(r'<w:color\s[^>]*w:val="[fF]{6}"')
_SIZE = re.compile(r'<w:sz\s[^>]*w:val="(\d+)"')
# In OpenDocument.
_STYLE = re.compile(r"<style:style\s(?P<head>[^>]*[^/>])>(?P<body>.*?)</style:style>", re.DOTALL)
_NAMED = re.compile(r'style:name="([^"]+)"')
_USES = re.compile(r'text:style-name="([^"]+)"')
_NOT_SHOWN = re.compile(r'text:display="(?:none|condition)"')
_POINTS = re.compile(r'fo:font-size="([\d.]+)pt"')
_WHITE_STYLE = re.compile(r'fo:color="#[fF]{6}"')
_GROUND = re.compile(r'fo:background-color="(?!transparent)')
_PARAGRAPH = re.compile(r'<text:[ph]\s[^>]*text:style-name="([^"]+)"')
_STYLE_OR_CLASS = re.compile(r"""\b(style|class)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_HIDDEN_SHEET = re.compile(r'\sstate="(?:veryH|h)idden"')

Tag = re.Match[str]


def without_hidden(content: bytes, form: str) -> tuple[bytes, int]:
    """The file without what cannot be seen, and how many words that held.

    Args:
        content: of the file.
        form: docx, odt, pptx, xlsx, epub or rtf.
    """
    if form == "rtf":
        return without_hidden_of_rtf(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        changed = dict(_parts(archive, form))
        count = sum(words for _, words in changed.values())
        if not count:
            return content, 0
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for item in archive.infolist():
                name = item.filename
                new = changed[name][0].encode("utf-8") if name in changed else archive.read(item)
                copy.writestr(name, new)
    return made.getvalue(), count


def _parts(archive: zipfile.ZipFile, form: str) -> Iterator[tuple[str, tuple[str, int]]]:
    """The parts that hold words, each with its text without the hidden ones, and how many these are."""
    parts = {
        name: archive.read(name).decode("utf-8", "replace")
        for name in archive.namelist()
        if name.endswith((".xml", ".xhtml", ".html", ".htm", ".css"))
    }
    if form == "odt":
        styles = {
            name: how for part in ("styles.xml", "content.xml") for name, how in _styles(parts.get(part, ""))
        }
        yield "content.xml", _cut(parts["content.xml"], lambda tag: _hidden_in_odt(tag, styles))
    elif form == "xlsx":
        yield "xl/workbook.xml", _cut(parts["xl/workbook.xml"], _is_hidden_sheet)
    names = frozenset(name for part in parts if part.endswith(".css") for name in hidden_by(parts[part]))
    for name, text in parts.items():
        if form == "docx" and re.fullmatch(r"word/(?:document|footnotes|endnotes)\.xml", name):
            yield name, _shown_runs(text)
        elif form == "pptx" and re.fullmatch(r"ppt/slides/slide\d+\.xml", name) and _is_hidden_slide(text):
            yield name, _cut(text, lambda tag: tag["name"] in ("p:sp", "p:grpSp", "p:graphicFrame"))
        elif form == "epub" and name.endswith(("html", "htm")):
            yield name, _cut(text, lambda tag: _hidden_in_page(tag, names))


def _cut(text: str, hidden: Callable[[Tag], bool]) -> tuple[str, int]:
    """The text without the elements whose start tag is hidden, and how many words they held, at least one."""
    parts: list[str] = []
    position = words = 0
    for tag in _TAG.finditer(text):
        if tag.start() < position or tag["end"] or not hidden(tag):
            continue
        end = tag.end() if tag["empty"] else _end_of(text, tag)
        parts.append(text[position : tag.start()])
        words += max(1, len(_TAG.sub(" ", text[tag.start() : end]).split()))
        position = end
    return "".join([*parts, text[position:]]), words


def _end_of(text: str, start: Tag) -> int:
    """Where the element ends that a tag begins."""
    depth = 0
    for tag in _TAG.finditer(text, start.start()):
        if tag["name"] == start["name"] and not tag["empty"]:
            depth += -1 if tag["end"] else 1
            if depth == 0:
                return tag.end()
    return start.end()  # it is not well-formed; the converter will say so


def _shown_runs(text: str) -> tuple[str, int]:
    parts: list[str] = []
    position = words = 0
    for run in _RUN.finditer(text):
        properties = _PROPERTIES.search(run.group())
        if properties and _is_hidden_run(properties.group(), text, run.start()):
            parts.append(text[position : run.start()])
            position = run.end()
            words += len(_TAG.sub(" ", run.group()).split())
    return "".join([*parts, text[position:]]), words


def _is_hidden_run(properties: str, text: str, at: int) -> bool:
    size = _SIZE.search(properties)
    if _VANISHED.search(properties) or (size and int(size[1]) < 2 * _LEAST_POINTS):
        return True
    return bool(_WHITE_RUN.search(properties)) and not _is_shaded(properties, text, at)


def _is_shaded(properties: str, text: str, at: int) -> bool:
    """Whether something may stand behind the words, so that white can be seen: a shade, or a table."""
    if "<w:shd" in properties or "<w:highlight" in properties:
        return True
    paragraph = text[text.rfind("<w:p>", 0, at) : at], text[text.rfind("<w:p ", 0, at) : at]
    if any("<w:shd" in part or "<w:pStyle" in part for part in paragraph if part):
        return True
    return any(_is_inside(text, at, tag) for tag in ("w:tbl", "w:txbxContent"))


def _is_inside(text: str, at: int, tag: str) -> bool:
    before = text[:at]
    return len(re.findall(rf"<{tag}[\s>]", before)) > before.count(f"</{tag}>")


def _styles(text: str) -> Iterator[tuple[str, str]]:
    """The name of each style of an OpenDocument file, and what it does: "hidden", "white", "ground" or ""."""
    for style in _STYLE.finditer(text):
        name, body = _NAMED.search(style["head"]), style["body"]
        size = _POINTS.search(body)
        how = "ground" if _GROUND.search(body) else "white" if _WHITE_STYLE.search(body) else ""
        if _NOT_SHOWN.search(body) or (size and float(size[1]) < _LEAST_POINTS):
            how = "hidden"
        if name:
            yield name[1], how


def _hidden_in_odt(tag: Tag, styles: dict[str, str]) -> bool:
    if tag["name"] in ("text:hidden-text", "text:hidden-paragraph"):
        return True
    used = _USES.search(tag["attributes"])
    how = styles.get(used[1], "") if used and tag["name"] in ("text:span", "text:p", "text:h") else ""
    if how != "white":
        return how == "hidden"
    text, at = tag.string, tag.start()
    around = [found[1] for found in _PARAGRAPH.finditer(text, max(0, text.rfind("<text:", 0, at) - 2000), at)]
    grounded = bool(around) and styles.get(around[-1]) == "ground"
    return not grounded and not any(_is_inside(text, at, inside) for inside in ("table:table", "draw:frame"))


def _is_hidden_slide(text: str) -> bool:
    return re.search(r'<p:sld\s[^>]*\bshow="(?:0|false)"', text) is not None


def _is_hidden_sheet(tag: Tag) -> bool:
    return tag["name"].rpartition(":")[2] == "sheet" and bool(_HIDDEN_SHEET.search(tag["attributes"]))


def _hidden_in_page(tag: Tag, names: frozenset[str]) -> bool:
    """Whether an element of a book's page is hidden, by its own style or by the book's style of its class."""
    if tag["name"] in ("html", "body", "head"):
        return False
    found = {m[1]: m[2] or m[3] or "" for m in _STYLE_OR_CLASS.finditer(tag["attributes"])}
    style = found.get("style", "")
    white = bool(WHITE.search(style)) and "background" not in style
    return (
        white
        or bool(UNSEEN.search(style))
        or bool({f".{name}" for name in found.get("class", "").split()} & names)
    )
