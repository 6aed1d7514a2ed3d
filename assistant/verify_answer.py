"""Is a whole answer, as it was saved as JSON, still what the corpus says?

Checked are its quotes, the passages it calls near, and what it says of their sources: everything of it that
can be made again from the corpus alone. Not checked is what the assistant decided: status, order, confidence,
comparison, notices.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.cite import citation
from assistant.errors import VerificationError
from assistant.serialise import record_json
from assistant.verify import QuoteCheck, check_quote
from ingest.records import Document

Json = Mapping[str, Any]

# What the assistant decided about a citation, or is checked by itself.
_DECIDED = ("n", "quote", "support", "highlight", "lead_in")


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field of an answer, by its path such as "citations.0.section", and what the corpus says instead."""

    field: str
    said: Any
    corpus: Any


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found of a quote or of a whole answer.

    Attributes:
        exact: whether every quote is exact and nothing else differs from the corpus.
        summary: what was found, in a sentence.
        quotes: the check of each quote: an answer's citations in order, then the passages it calls near.
        fields: what an answer says otherwise than the corpus of a quote's place and source.
        own_words: paths of statements that are no quotes of what they cite, and so cannot be checked.
        same_corpus: whether the answer was made from this version of the corpus; None if it does not say.
    """

    exact: bool
    summary: str
    quotes: tuple[QuoteCheck, ...]
    fields: tuple[FieldDifference, ...] = ()
    own_words: tuple[str, ...] = ()
    same_corpus: bool | None = None


def verify_quote(check: QuoteCheck) -> Verification:
    """The check of one quote in the form of an answer's."""
    return Verification(check.exact, check.reason, (check,))


def verify_answer(answer: Json, documents: Mapping[str, Document], corpus: str) -> Verification:
    """Checks an answer against the corpus.

    Args:
        answer: as `answer_json` gives it. Needed are of each citation its quote, start, end and source.id;
            what else it holds is compared, what it leaves out is not missed.
        documents: the corpus by source id.
        corpus: digest of the corpus.
    """
    citations, nearest = answer["citations"], answer.get("nearest") or ()
    quotes = [_check(item, item["quote"], documents) for item in citations]
    quotes += [_check(item, item["text"], documents) for item in nearest]
    fields = [
        difference
        for name, items in (("citations", citations), ("nearest", nearest))
        for i, item in enumerate(items)
        for difference in _fields(f"{name}.{i}", item, documents)
    ]
    exact = all(check.exact for check in quotes) and not fields
    version = answer.get("corpus")
    return Verification(
        exact=exact,
        summary=_summary(quotes, fields),
        quotes=tuple(quotes),
        fields=tuple(fields),
        own_words=tuple(_own_words(answer.get("statements") or (), citations)),
        same_corpus=None if version is None else version == corpus,
    )


def _check(item: Json, quote: str, documents: Mapping[str, Document]) -> QuoteCheck:
    return check_quote(quote, documents, item["source"]["id"], (item["start"], item["end"]))


def _summary(quotes: Sequence[QuoteCheck], fields: Sequence[FieldDifference]) -> str:
    wrong = sum(not check.exact for check in quotes)
    if wrong:
        return f"{wrong} of {len(quotes)} quotes are not what stands in the sources."
    if fields:
        return f"All {len(quotes)} quotes are exact; {len(fields)} other fields differ from the corpus."
    return f"All {len(quotes)} quotes are exact." if quotes else "The answer holds no quote."


def _fields(
    path: str, item: Mapping[str, Any], documents: Mapping[str, Document]
) -> Iterator[FieldDifference]:
    """What a citation or near passage says otherwise than the one made anew from its place."""
    document = documents.get(item["source"]["id"])
    if document is None:
        return
    introduction = item.get("lead_in") or ""
    at = document.text.rfind(introduction)
    if at < 0:
        yield FieldDifference(f"{path}.lead_in", introduction, "")
    lead_in = (at, at + len(introduction)) if at >= 0 and introduction else None
    try:
        made = record_json(citation(0, document, (item["start"], item["end"]), lead_in=lead_in))
    except VerificationError:  # no such place: the check of the quote says so
        made = {"source": record_json(document.source)}
    yield from _different(path, item, {name: made[name] for name in made if name not in _DECIDED})


def _different(path: str, said: Any, corpus: Any) -> Iterator[FieldDifference]:
    """The fields that both have and that differ, at every depth."""
    if isinstance(said, Mapping) and isinstance(corpus, Mapping):
        for name in corpus:
            if name in said:
                yield from _different(f"{path}.{name}", said[name], corpus[name])
    elif isinstance(said, list) and isinstance(corpus, list) and len(said) == len(corpus):
        for i, pair in enumerate(zip(said, corpus, strict=True)):
            yield from _different(f"{path}.{i}", *pair)
    elif said != corpus:
        yield FieldDifference(path, said, corpus)


def _own_words(
    statements: Sequence[Mapping[str, Any]], citations: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    quotes = {item.get("n"): item["quote"] for item in citations}
    for i, statement in enumerate(statements):
        if statement["text"] not in [quotes.get(n) for n in statement["citations"]]:
            yield f"statements.{i}"
