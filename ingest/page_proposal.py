"""What a web page says of itself, as trafilatura reads it from its metadata."""

import re

from ingest.parsed import Proposal
from ingest.xml_tree import Element

_DOI = re.compile(r"<meta[^>]+(?:citation_doi|dc\.identifier)[^>]+(10\.\d{4,9}/[^\"'\s>]+)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*;\s*")
_NAME = re.compile(r"[^\W\d_][\w.’'-]*(?: [^\W\d_][\w.’'-]*){1,4}$")


def propose(text: str, root: Element, article: Element) -> Proposal:
    """The fields that a page states.

    Args:
        text: of the file.
        root: of the page.
        article: the element that holds its article.
    """
    import trafilatura

    page = trafilatura.extract_metadata(text)
    # the heading that stands over the article; the page's title often names the site instead
    over = [head.text() for head in root.all("h1") if head.text() and head.start <= article.start]
    inside = [head.text() for head in article.all("h1") if head.text()]
    authors = _BETWEEN.split(page.author or "")
    doi = _DOI.search(text)
    year = re.match(r"(?:19|20)\d\d", page.date or "")
    found = {
        "title": next(iter(over[-1:] + inside), "") or page.title or "",
        "authors": tuple(name for name in authors if _NAME.match(name)),
        "year": int(year.group()) if year else None,
        "publisher": page.sitename or "",
        "doi": doi[1] if doi else "",
        "url": page.url or "",
        "licence": page.license or "",
    }
    return Proposal.of(found, "the page's metadata, as far as they can be told")
