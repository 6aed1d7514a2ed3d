"""HTML to a tree in which every character knows where it stands in the file.

Python's own parser tells where each tag and stretch of text stands and puts up with any mark-up; nothing that
a page names is fetched, and no script is run.
"""

import html
import re
from html.parser import HTMLParser
from itertools import accumulate

from ingest.mapped_text import MappedText
from ingest.xml_tree import Element

_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
}
# Elements that end where one of these begins or where what holds them ends. Source: HTML standard, optional
# tags.
_ENDED_BY: dict[str, set[str]] = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr", "tbody", "tfoot", "thead"},
    "td": {"td", "th", "tr", "tbody", "tfoot"},
    "th": {"td", "th", "tr", "tbody", "tfoot"},
    "thead": {"tbody", "tfoot"},
    "tbody": {"tbody", "tfoot"},
    "option": {"option", "optgroup"},
    "p": {
        "address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre",
        "section", "table", "ul",
    },
}  # fmt: skip
# Elements that an unclosed element does not reach out of.
_HOLDS = {"table", "ul", "ol", "dl", "body", "html", "td", "th", "div", "section", "article", "select"}
# Deeper elements are put beside each other. Source: browsers stop at 512; real pages have 60.
_DEEPEST = 200


def read_html(text: str) -> Element:
    """The root of a page, which holds all that stands in it."""
    reader = _Reader(text)
    reader.feed(text)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Element("", {})
        self._text = text
        self._open = [self.root]
        self._lines = list(
            accumulate((len(line) for line in text.split("\n")), lambda a, b: a + b + 1, initial=0)
        )

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        self._end_before(name)
        element = Element(name, {key: value or "" for key, value in attrs}, start=self._here())
        self._open[-1].children.append(element)
        if name not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # "<br/>"; "<div/>" opens a div, as in browsers

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name == name:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        start = self._here()
        places = range(start, start + len(data))
        self._put(MappedText(data, tuple(places), tuple(place + 1 for place in places)))

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, source: str) -> None:
        start = self._here()
        end = start + len(source)
        end += self._text.startswith(";", end)
        characters = html.unescape(self._text[start:end])
        if characters.startswith("&") and len(characters) > 1:  # no entity: it stands for itself
            places = range(start, end)
            self._put(MappedText(self._text[start:end], tuple(places), tuple(place + 1 for place in places)))
        else:
            size = len(characters)
            self._put(MappedText(characters, (start,) * size, (end,) * size))

    def _put(self, text: MappedText) -> None:
        self._open[-1].children.append(text)

    def _end_before(self, name: str) -> None:
        """Ends open elements that end where `name` begins."""
        for depth in range(len(self._open) - 1, 0, -1):
            current = self._open[depth].name
            if name in _ENDED_BY.get(current, ()):
                del self._open[depth:]
                return
            if current in _HOLDS:
                return


_MEDIA = re.compile(r"@[\w-]+[^{};]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:\.0*)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0*)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,}",
    re.IGNORECASE,
)
WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(r"background", re.IGNORECASE)
_SIMPLE = re.compile(r"\s*([.#])([\w-]+)\s*$")


def hidden_names(root: Element) -> frozenset[str]:
    """Classes (".name") and ids ("#name") that a style of the page itself keeps from being seen."""
    return frozenset(name for style in root.all("style") for name in hidden_by(style.text()))


def hidden_by(style: str) -> frozenset[str]:
    """Classes (".name") and ids ("#name") that a style sheet keeps from being seen.

    Rules for print and for narrow screens do not count; neither do rules with more than one name.
    """
    found: set[str] = set()
    for rule in _RULE.finditer(_MEDIA.sub("", style)):
        if UNSEEN.search(rule[2]):
            names = (_SIMPLE.match(selector) for selector in rule[1].split(","))
            found.update(name[1] + name[2] for name in names if name)
    return frozenset(found)


def is_hidden(element: Element, names: frozenset[str], *, coloured: bool) -> bool:
    """Whether an element cannot be seen on the page.

    Args:
        element: of the page.
        names: classes and ids that are hidden.
        coloured: whether something around it has a background of its own, so that white can be seen on it.
    """
    own = {f".{name}" for name in element.attributes.get("class", "").split()}
    own.add(f"#{element.attributes.get('id', '')}")
    style = element.attributes.get("style", "")
    white = WHITE.search(style) and not coloured and not has_background(element)
    return "hidden" in element.attributes or bool(own & names) or bool(UNSEEN.search(style) or white)


def has_background(element: Element) -> bool:
    """Whether an element sets a background."""
    return bool(_BACKGROUND.search(element.attributes.get("style", ""))) or "bgcolor" in element.attributes
