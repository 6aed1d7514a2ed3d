"""The library page and the About page as HTML. Everything from a document or a user is escaped."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from assistant.render import address
from assistant.render_document import render_page_html
from assistant.render_parts import badges_html, document_path, linked, title_html
from assistant.results import Measured, Results
from ingest.records import Block, Document, Source

# Of the measures, those that say in a line what to expect of an answer, in plain words.
_REPORTED = "test"
_IN_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "quote exactness": "quotes that are the source's own words, character by character",
        "answered when due": "questions that the sources answer, and that were answered",
        "refused when due": "questions that they do not answer, and that were refused",
        "fact recall@1": "of the facts asked for, stated by the first quote",
        "fact recall@5": "of the facts asked for, stated by the first five quotes",
        "quote precision": "quotes that state a fact asked for",
    }
)
# What is shown of a stretch that is left out. Source: a line of the page.
_PREVIEW_CHARACTERS = 90


@dataclass(frozen=True, slots=True)
class Version:
    """Which corpus is shown, and which part of it.

    Attributes:
        corpus: its digest.
        sources: how many it has.
        part: that is shown, from 1.
        parts: how many there are.
    """

    corpus: str
    sources: int
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Added:
    """A document that was added.

    Attributes:
        name: of the file that was sent.
        source: its entry.
        notes: on how it was read, and on documents that it is like, a line each.
    """

    name: str
    source: Source
    notes: tuple[str, ...]


def render_library_html(
    documents: Sequence[Document], version: Version, results: Results | None, upload: str = ""
) -> str:
    """The page on the sources, what was left out of them, and how well questions on them are answered.

    Args:
        documents: the part of the corpus that is shown, in order.
        version: of the corpus.
        results: of the evaluation; None if none are at hand.
        upload: HTML of the form that adds a document; empty if that is not allowed.
    """
    return render_page_html(
        "Library",
        f"<p>{version.sources:,} sources, corpus version <code>{escape(version.corpus[:12])}</code>. "
        'References of all sources: <a href="/library/references.ris">RIS</a>, '
        '<a href="/library/references.bib">BibTeX</a>.</p>'
        + upload
        + "".join(_source(document) for document in documents)
        + _parts(version)
        + '<h2 id="results">Measured results</h2>'
        + _results(results, version.corpus),
        script="upload.js" if upload else "",
    )


def _parts(version: Version) -> str:
    links = [
        f'<a href="/library?part={number}">{words}</a>'
        for number, words in ((version.part - 1, "← Previous"), (version.part + 1, "Next →"))
        if 1 <= number <= version.parts
    ]
    return f"<p>Part {version.part} of {version.parts} {' '.join(links)}</p>" if links else ""


def _source(document: Document) -> str:
    source = document.source
    return (
        f'<section class="source" id="{escape(source.id)}"><h2 dir="auto">{escape(source.label)}</h2>'
        + badges_html(source)
        + title_html(source)
        + _record(source)
        + _left_out(document)
        + f'<p><a href="{escape(document_path(source.id))}">Whole text as it was read</a></p></section>'
    )


def _record(source: Source) -> str:
    issue = f"({source.issue})" if source.issue else ""
    where = f"{source.volume}{issue}{':' if source.pages else ''}{source.pages}"
    fields = {
        "Authors": ", ".join(source.authors),
        "Journal": " ".join(part for part in (source.journal, where) if part),
        "Published": source.published or (str(source.year) if source.year is not None else "undated"),
        "Publisher": source.publisher,
        "Peer review": source.peer_review_basis,
        "Licence": source.licence,
    }
    rows = "".join(
        f'<dt>{name}</dt><dd dir="auto">{escape(value)}</dd>' for name, value in fields.items() if value
    )
    original = f"<dt>Original</dt><dd>{linked(source, address(source))}</dd>" if source.link else ""
    file = f"{source.path}, SHA-256 {source.sha256[:16]}…"
    return f'<dl class="record">{rows}{original}<dt>File</dt><dd>{escape(file)}</dd></dl>'


def _left_out(document: Document) -> str:
    """What of the document is not searched, by reason in order of appearance."""
    reasons = dict.fromkeys(block.left_out for block in document.blocks if block.left_out)
    if not reasons:
        return "<p>Nothing was left out.</p>"
    items = "".join(
        f"<li>{escape(reason)} <ul>{''.join(_stretches(document, reason))}</ul></li>" for reason in reasons
    )
    characters = sum(block.end - block.start for block in document.blocks if block.left_out)
    share = round(100 * characters / max(1, len(document.text)))
    return (
        f"<details><summary>Left out of the search: {share} % of the text, for {len(reasons)} "
        f"{'reason' if len(reasons) == 1 else 'reasons'}</summary><ul>{items}</ul></details>"
    )


def _stretches(document: Document, reason: str) -> list[str]:
    """A line for each stretch of neighbouring blocks that are left out for the reason."""
    found = []
    for left_out, run in groupby(document.blocks, key=lambda block: block.left_out == reason):
        if left_out:
            blocks: list[Block] = list(run)
            text = " ".join(document.text[blocks[0].start : blocks[-1].end].split())
            cut = text if len(text) <= _PREVIEW_CHARACTERS else f"{text[:_PREVIEW_CHARACTERS]} …"
            lines = "1 line" if len(blocks) == 1 else f"{len(blocks)} lines"
            found.append(f'<li dir="auto">“{escape(cut)}” ({lines})</li>')
    return found


def _results(results: Results | None, corpus: str) -> str:
    if results is None:
        return "<p>No evaluation report is shipped with this installation.</p>"
    splits = list(results.measured)
    measures = dict.fromkeys(name for values in results.measured.values() for name in values)
    heads = "".join(f'<th scope="col">{escape(split)}</th>' for split in splits)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{_value(results.measured[split].get(name))}</td>" for split in splits)
        + "</tr>"
        for name in measures
    )
    other = (
        '<p class="problem">They were measured on another version of the corpus '
        f"(<code>{escape(results.corpus[:12])}</code>).</p>"
    )
    in_short = "".join(
        f"<li>{words}: {measured.percent()}</li>"
        for name, words in _IN_SHORT.items()
        if (measured := results.measured.get(_REPORTED, {}).get(name)) is not None
    )
    head = f'<thead><tr><th scope="col">measure</th>{heads}</tr></thead>'
    return (
        "<p>On questions written for evaluation, each figure with its 95 % interval. Settings were fitted on "
        "the development questions; the test questions only report, but for comparisons and opening lines, "
        "whose words were extended by someone who had read them.</p>"
        + other * (results.corpus != corpus)
        + f"<p>On the test questions:</p><ul>{in_short}</ul>" * bool(in_short)
        + "<details><summary>All measures</summary>"
        + '<div class="table-scroll" tabindex="0" role="region" aria-label="Measured results">'
        + f"<table>{head}<tbody>{rows}</tbody></table></div></details>"
    )


def _value(value: Measured | None) -> str:
    return "–" if value is None else value.words()


def render_upload_html(
    kinds: Sequence[str], procedures: Sequence[str], most_bytes: int, too_large: str, said: str = ""
) -> str:
    """The form that adds a document to the library.

    Args:
        kinds: of documents, to choose from.
        procedures: that documents are about, to choose from.
        most_bytes: of a file; a larger one is not sent.
        too_large: what is said of a larger one.
        said: HTML on what became of the last one; empty if none was sent.
    """
    return (
        '<section class="upload"><h2>Add a document</h2>'
        + f'<div role="status" tabindex="-1">{said}</div>'
        + '<form method="post" action="/library" enctype="multipart/form-data" '
        + f'data-most-bytes="{most_bytes}" data-too-large="{escape(too_large)}">'
        + '<p><label>File <input type="file" name="file" required></label></p>'
        + '<p><label>Title <input name="title" placeholder="as the document states it"></label></p>'
        + f"<p><label>Kind {_choice('kind', kinds)}</label></p>"
        + f"<p><label>About {_choice('about', procedures)}</label></p>"
        + '<p><label>Password <input type="password" name="password" autocomplete="off" '
        + 'placeholder="if the file needs one; kept nowhere"></label></p>'
        + '<p><button type="submit">Add</button></p>'
        + '<p class="muted">Kind and subject decide how strong a quote looks: look at them after adding. '
        + "Whoever opens this page may add documents; they are removed at the command line.</p>"
        + "</form></section>"
    )


def render_added_html(added: Added) -> str:
    """What became of a file that was added, and what to look at now."""
    source = added.source
    notes = "".join(f'<li dir="auto">{escape(note)}</li>' for note in added.notes)
    return (
        f'<p class="added" dir="auto">{escape(added.name)} was added as '
        + f'<a href="{escape(document_path(source.id))}">{escape(source.label)}</a>. '
        + 'Questions are answered from it now: <a href="/">ask one</a>.</p>'
        + f"<p>Its quotes are shown with these marks. Are they right?</p>{badges_html(source)}"
        + f"<ul>{notes}</ul>" * bool(notes)
    )


def render_not_added_html(reason: str) -> str:
    """Why a file was not added."""
    return f'<p class="problem" dir="auto">{escape(reason)}</p>'


def _choice(name: str, values: Sequence[str]) -> str:
    options = "".join(f"<option>{escape(value)}</option>" for value in values)
    return f'<select name="{name}"><option value="">guess from its words</option>{options}</select>'


def render_about_html() -> str:
    """The About page, from about.toml."""
    content = tomllib.loads((Path(__file__).parent / "about.toml").read_text("utf-8"))
    sections = "".join(
        f"<section><h2>{escape(section['title'])}</h2>"
        + "".join(f"<p>{escape(line)}</p>" for line in section["lines"])
        + "</section>"
        for section in content["section"]
    )
    return render_page_html("About", sections)


def render_missing_page_html(message: str) -> str:
    """The page in the place of one that is not there."""
    return render_page_html("Not found", f"<p>{escape(message)}</p>")
