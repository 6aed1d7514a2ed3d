"""Where on a web page the article is: trafilatura finds it, the page's own tree holds it whole."""

import re

from ingest.xml_tree import Element

# The article stands in the deepest element that holds this share of what trafilatura finds.
_SHARE = 0.9
# So many letters of a paragraph that trafilatura finds tell where it stands.
_ENOUGH = 25
_LETTERS = re.compile(r"\W+")
_PARAGRAPHS = ("p", "li", "td", "th", "h1", "h2", "h3", "h4", "blockquote", "pre", "dd", "dt", "figcaption")


def article_of(root: Element, text: str) -> Element:
    """The element that holds the article of a page; the root if none stands out.

    Args:
        root: of the page.
        text: of the file.
    """
    import trafilatura

    found = trafilatura.extract(text, include_comments=False, include_tables=True, favor_recall=True)
    letters = _letters(found or "")
    weights = {
        id(paragraph): len(words)
        for paragraph in root.all(*_PARAGRAPHS)
        if len(words := _letters(paragraph.text())) >= _ENOUGH and words in letters
    }
    best = root
    total = _weight(root, weights)
    while total:
        within = next((e for e in best.elements() if _weight(e, weights) >= _SHARE * total), None)
        if within is None or within.name in _PARAGRAPHS or within.name in ("table", "tbody", "tr"):
            break
        best = within
    return best


def _letters(text: str) -> str:
    return _LETTERS.sub("", text).casefold()


def _weight(element: Element, weights: dict[int, int]) -> int:
    """Letters of the paragraphs in an element that were found; those inside others are counted once."""
    if id(element) in weights:
        return weights[id(element)]
    return sum(_weight(child, weights) for child in element.elements())
