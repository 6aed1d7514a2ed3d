"""Sources as entries for reference managers: RIS and BibTeX."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from assistant.render import web_link
from ingest.records import Source

# Source: TeX's special characters; braces are left out, since an unmatched one cannot be escaped in BibTeX.
_TEX: Mapping[str, str] = MappingProxyType(
    {
        "\\": r"\textbackslash ",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde ",
        "^": r"\textasciicircum ",
        "{": "(",
        "}": ")",
    }
)


def ris(sources: Iterable[Source]) -> str:
    """The sources as RIS, an entry each; lines end as the format asks, with CR LF.

    Source: the RIS format of Research Information Systems; JOUR is a journal article, ELEC a web page.
    """
    return "".join(f"{tag}  - {value}\r\n" for source in sources for tag, value in _ris_fields(source))


def _ris_fields(source: Source) -> Iterator[tuple[str, str]]:
    first, _, last = source.pages.partition("-")
    fields = [
        ("TY", "JOUR" if source.journal else "ELEC"),
        *(("AU", _inverted(author)) for author in source.authors),
        ("TI", source.title),
        ("PY", str(source.year) if source.year is not None else ""),
        ("DA", source.published.replace("-", "/")),
        ("T2", source.journal),
        ("VL", source.volume),
        ("IS", source.issue),
        ("SP", first),
        ("EP", last),
        ("PB", source.publisher),
        ("DO", source.doi),
        ("UR", web_link(source)),
        ("N1", ", ".join([source.kind, *["abstract only"] * source.abstract_only])),
    ]
    for tag, value in fields:
        if value:
            yield tag, " ".join(value.split())
    yield "ER", ""


def _inverted(author: str) -> str:
    """Family name first: "Zhi-Hong Xiong" becomes "Xiong, Zhi-Hong"."""
    given, _, family = author.rpartition(" ")
    return f"{family}, {given}" if given else family


def bibtex(sources: Iterable[Source]) -> str:
    """The sources as BibTeX in UTF-8, an entry each, with keys of first author, year and title."""
    keys: dict[str, int] = {}
    entries = []
    for source in sources:
        key = _key(source)
        keys[key] = keys.get(key, 0) + 1
        unique = key if keys[key] == 1 else f"{key}-{keys[key]}"
        fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _bibtex_fields(source))
        entries.append(f"@{'article' if source.journal else 'misc'}{{{unique},\n{fields}}}\n")
    return "\n".join(entries)


def _bibtex_fields(source: Source) -> Iterator[tuple[str, str]]:
    fields = {
        "author": " and ".join(_tex(author) for author in source.authors),
        "title": f"{{{_tex(source.title)}}}",  # braces keep its capitals
        "journal": _tex(source.journal),
        "year": str(source.year) if source.year is not None else "",
        "volume": _tex(source.volume),
        "number": _tex(source.issue),
        "pages": _tex(source.pages.replace("-", "--")),
        "publisher": _tex(source.publisher),
        "doi": _verbatim(source.doi),
        "url": _verbatim(web_link(source)),
        "note": _tex(source.kind),
    }
    yield from ((name, value) for name, value in fields.items() if value)


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in " ".join(text.split()))


def _verbatim(text: str) -> str:
    """An address, whose characters keep their meaning; what would end the field is percent-encoded."""
    return "".join(f"%{ord(character):02X}" if character in "{}\\" else character for character in text)


def _key(source: Source) -> str:
    """ASCII letters and digits of family name (or title), and the year: "mao2024"."""
    name = source.authors[0].split()[-1] if source.authors else source.title[:30]
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    year = str(source.year) if source.year is not None else "undated"
    return (re.sub(r"[^a-z0-9]+", "", plain.lower()) or "source") + year
