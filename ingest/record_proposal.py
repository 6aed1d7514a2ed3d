"""What an article record in XML says of the article: PubMed's, OJS's, bepress's and OAI's names of fields."""

import re

from ingest.parsed import Proposal
from ingest.xml_tree import Element

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def propose(root: Element) -> Proposal:
    """The fields of the first article in a record."""
    article = root.first("PubmedArticle", "MedlineCitation", "Article", "article", "document", "row") or root

    def of(*names: str) -> str:
        return next((found.text() for found in article.all(*names) if found.text()), "")

    dated = of("PubDate", "publication-date", "publication_date", "date", "datePublished", "copyrightYear")
    year = _YEAR.search(dated) or _YEAR.search(article.attributes.get("date_published", ""))
    first, last = of("fpage", "FirstPage"), of("lpage", "LastPage")
    doi = next((_DOI.search(e.text()) for e in article.all(*_DOI_NAMES) if _DOI.search(e.text())), None)
    found = {
        "title": of("ArticleTitle", "title").rstrip("."),
        "authors": tuple(dict.fromkeys(filter(None, map(_author, article.all("Author", "author")))))
        or _creators(article),
        "year": int(year.group()) if year else None,
        "journal": of("JournalTitle", "journal_title", "publication-title") or _journal(article),
        "volume": of("Volume", "volnum", "volume"),
        "issue": of("Issue", "issnum"),
        "pages": of("MedlinePgn", "pages") or "-".join(dict.fromkeys(filter(None, (first, last)))),
        "publisher": of("PublisherName", "publisher"),
        "doi": doi.group() if doi else "",
        "url": of("web_url", "fulltext-url", "coverpage-url"),
        "licence": of("licenseUrl", "rights"),
    }
    return Proposal.of(found, "the record")


_DOI_NAMES = ("ELocationID", "ArticleId", "doi", "id", "identifier", "field")


def _author(author: Element) -> str:
    """A name, given name first; of several languages the first."""

    def of(*names: str) -> str:
        found = author.first(*names)
        return found.text() if found else ""

    given = of("ForeName", "FirstName", "fname", "firstname", "givenname")
    middle = of("MiddleName", "mname", "middlename")
    family = of("LastName", "lname", "lastname", "familyname")
    return " ".join(filter(None, (given, middle, family))) or of("CollectiveName", "name")


def _creators(article: Element) -> tuple[str, ...]:
    """Names as OAI gives them: "Frost, Ida"."""
    names = []
    for creator in article.all("creator"):
        family, _, given = creator.text().partition(",")
        names.append(f"{given.strip()} {family.strip()}".strip())
    return tuple(dict.fromkeys(names))


def _journal(article: Element) -> str:
    journal = article.first("Journal")
    title = journal.first("Title") if journal else None
    return title.text() if title else ""
