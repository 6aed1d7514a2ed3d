"""Question and history to an answer, stage by stage.

question, conversation, retrieve, read, weigh, decide, compose, cite: each a function of a module of its
own; this module only passes their records on.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from assistant import notices
from assistant.cite import verify
from assistant.config import AssistantConfig
from assistant.conversation import own_words, readings, self_contained_parts
from assistant.evidence import (
    Calibration,
    band_of,
    confidence,
    question_features,
    sentence_features,
    weigh,
)
from assistant.limits import limits
from assistant.provenance import Provenance, provenance
from assistant.question import Expansion, checked_question, expansions, searched_text
from assistant.quotes import nearest, quotes
from assistant.read import Reader, english_words
from assistant.records import Answer, Evidence, Hit, Options, Statement, Status, Turn
from assistant.retrieve import retrieve
from assistant.search import Report, Search, searched_sources
from assistant.spelling import Speller
from assistant.suggest import Suggester
from ingest.embed import Embedder, Vectors
from ingest.index import Index

NO_OPTIONS = Options()
# The confidence that a part of a question needs if no source uses any of its own words ("and what does it
# cost?"). Source: eval/LOG.md.
_STRANGE = 0.9


class Assistant:
    """Answers questions from one index. Has no state but its models; safe to call from threads."""

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        reader: Reader,
        calibration: Calibration,
        config: AssistantConfig,
    ) -> None:
        self.index = index
        self.calibration = calibration
        self._embedder = embedder
        self._reader = reader
        self._config = config

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        options: Options = NO_OPTIONS,
        report: Report | None = None,
    ) -> Answer:
        """The answer to a question.

        Args:
            question: as it was typed.
            history: the earlier turns of the conversation, oldest first.
            options: what the asker narrows.
            report: is given each part of the question with its passages, before they are read.

        Raises:
            QuestionError: the question is empty, too long or holds no word; or a source is not known.
            VerificationError: a quote is not in its source; a defect, nothing is shown.
        """
        start = time.perf_counter()
        asked = checked_question(question)
        sources = searched_sources(self.index, options)
        found = provenance(asked, history, sources, self.index.documents)
        if found is not None:
            answer = self._about_documents(found, asked, history, options)
        else:
            answer = self._about_content(asked, history, options, report)
        for item in answer.citations:
            verify(item, self.index.documents[item.source.id])
        return replace(answer, seconds=round(time.perf_counter() - start, 4))

    def passages(self, question: str, options: Options = NO_OPTIONS) -> tuple[Hit, ...]:
        """The passages most likely to answer a standalone question, best first; they are not read.

        Raises:
            QuestionError: as in `ask`.
        """
        asked = checked_question(question)
        searched_sources(self.index, options)
        text = searched_text(asked, self._added(asked))
        vector = self._vector(asked, text)
        return self._retrieved(text, vector, options)[0]

    def search(self, question: str, options: Options = NO_OPTIONS, report: Report | None = None) -> Search:
        """The evidence for one standalone question: retrieve, read, weigh."""
        clock = [time.perf_counter()]
        added = self._added(question)
        unknown = self._speller.unknown(question, added)
        text = searched_text(question, added)
        vector = self._vector(question, text)
        clock.append(time.perf_counter())
        hits, unread = self._retrieved(text, vector, options)
        if report is not None:
            report(question, hits)
        clock.append(time.perf_counter())
        readings = self._reader.read(question, [hit.passage for hit in hits])
        clock.append(time.perf_counter())
        if not hits:
            nothing = np.zeros(len(self.calibration.question_weights))
            return Search(question, added, unknown, (), (), (), (), nothing, 0.0, ())
        features = sentence_features(self.index, text, vector, hits, readings)
        evidence = weigh(hits, readings, features, self.calibration)
        decisive = question_features(hits, features, evidence, unknown)
        clock.append(time.perf_counter())
        stages = ("embed", "retrieve", "read", "weigh")
        seconds = tuple(zip(stages, np.diff(clock).tolist(), strict=True))
        return Search(
            question=question,
            added=added,
            unknown=unknown,
            hits=hits,
            readings=readings,
            features=features,
            evidence=evidence,
            features_of_question=decisive,
            confidence=confidence(decisive, self.calibration),
            seconds=seconds,
            unread=unread,
        )

    def _retrieved(
        self, text: str, vector: Vectors, options: Options
    ) -> tuple[tuple[Hit, ...], tuple[Hit, ...]]:
        """The passages to read, and those found after them."""
        config = self._config.retrieve
        wide = replace(config, passages=max(config.passages, config.beside))
        hits = retrieve(self.index, text, vector, wide, options.sources)
        return hits[: config.passages], hits[config.passages :]

    def _read_more(self, search: Search, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
        """The sentences of passages that were not read yet, weighed for the question."""
        text = searched_text(search.question, search.added)
        readings = self._reader.read(search.question, [hit.passage for hit in hits])
        vector = self._vector(search.question, text)
        features = sentence_features(self.index, text, vector, hits, readings)
        return weigh(hits, readings, features, self.calibration)

    def _added(self, question: str) -> tuple[Expansion, ...]:
        """What is searched beside the question's own words."""
        return (*expansions(question), *self._speller.corrections(question))

    def _vector(self, question: str, text: str) -> Vectors:
        """The unit vector that is searched for: the mean of the question's and the expanded one's.

        Source: eval/LOG.md; the mean found more than either alone.
        """
        vectors = self._embedder.encode(list(dict.fromkeys((question, text))))
        mean = vectors.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _about_content(
        self, asked: str, history: Sequence[Turn], options: Options, report: Report | None
    ) -> Answer:
        standalone, searches = self._understood(asked, history, options, report)
        added = tuple(dict.fromkeys(expansion for search in searches for expansion in search.added))
        unknown = tuple(dict.fromkeys(word for search in searches for word in search.unknown))
        answered = [s for s in searches if s.confidence >= self._least(s, len(searches))]
        missing = tuple(s.question for s in searches if s not in answered)
        status: Status = "answered" if not missing else "partial" if answered else "not_in_sources"
        citations, comparison = quotes(self.index, answered, self.calibration, options, self._read_more)
        sure = round(min(search.confidence for search in answered or searches), 4)
        return Answer(
            id=self._id(asked, history, options),
            status=status,
            question=asked,
            standalone_question=standalone,
            statements=tuple(Statement(c.quote, (c.n,)) for c in citations),
            citations=citations,
            comparison=comparison,
            missing=missing,
            nearest=nearest(self.index, [s for s in searches if s not in answered]),
            suggestions=self._suggestions(standalone, (asked, *(turn.question for turn in history)), options),
            limits=limits(asked),
            notices=notices.of_content(standalone, added, unknown, citations)
            + notices.of_scans(citations, self.index.documents),
            confidence=sure,
            band=band_of(sure, self.calibration) if answered else None,
            corpus=self.index.corpus_digest,
            sources_searched=tuple(source.id for source in searched_sources(self.index, options)),
            seconds=0.0,
        )

    def _understood(
        self, asked: str, history: Sequence[Turn], options: Options, report: Report | None
    ) -> tuple[str, list[Search]]:
        """The reading of the question that the sources answer best, and what was found for its parts.

        The likeliest one if they answer none.
        """

        def tried(text: str) -> tuple[float, str, list[Search]]:
            searches = [self.search(part, options, report) for part in self_contained_parts(text)]
            return max(search.confidence for search in searches), text, searches

        meant = readings(asked, history)
        found = [tried(text) for text in meant.likely]
        best = max(found, key=lambda reading: reading[0])
        if best[0] < self.calibration.answered:
            best = max((best, *map(tried, meant.otherwise)), key=lambda reading: reading[0])
        _, text, searches = best if best[0] >= self.calibration.answered else found[0]
        return text, searches

    def _least(self, search: Search, parts: int) -> float:
        """The confidence from which a part of a question counts as answered.

        What the other parts are about makes a part seem answered that asks for something else.
        """
        if parts > 1 and not self._speller.uses_any((*own_words(search.question), *self._means(search))):
            return max(_STRANGE, self.calibration.answered)
        return self.calibration.answered

    def _means(self, search: Search) -> tuple[str, ...]:
        return tuple(expansion.means for expansion in search.added)

    def _about_documents(
        self, found: Provenance, asked: str, history: Sequence[Turn], options: Options
    ) -> Answer:
        """An answer from the records, quoting the place in the document where each value stands."""
        status: Status = "answered"
        if found.missing:
            status = "partial" if found.statements else "not_in_sources"
        return Answer(
            id=self._id(asked, history, options),
            status=status,
            question=asked,
            standalone_question=asked,
            statements=found.statements,
            citations=found.citations,
            comparison=(),
            missing=found.missing,
            nearest=(),
            suggestions=self._suggestions(asked, (asked, *(turn.question for turn in history)), options),
            limits=limits(asked),
            notices=(),
            confidence=1.0 if found.statements else 0.0,
            band=None,
            corpus=self.index.corpus_digest,
            sources_searched=found.sources_searched,
            seconds=0.0,
        )

    def _suggestions(self, question: str, asked: Sequence[str], options: Options) -> tuple[str, ...]:
        """Questions near this one that are known to be answered.

        None if only some sources are searched: it is not known what those answer alone.
        """
        return () if options.sources else self._suggester.offered(question, asked)

    @cached_property
    def _suggester(self) -> Suggester:
        def is_answered(question: str) -> bool:
            return self.search(question).confidence >= self.calibration.answered

        return Suggester(self._embedder, self.index.corpus_digest, is_answered)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self.index.vocabulary, english_words())

    @cached_property
    def configuration(self) -> str:
        """Digest of all that shapes an answer but the corpus: code, models, weights and settings."""
        digest = hashlib.sha256(self.index.fingerprint.encode())
        for path in sorted(Path(__file__).parent.rglob("*")):
            if path.suffix in (".py", ".toml", ".json", ".onnx"):
                digest.update(path.read_bytes())
        digest.update(json.dumps(asdict(self._config.retrieve), sort_keys=True).encode())
        return digest.hexdigest()

    def _id(self, asked: str, history: Sequence[Turn], options: Options) -> str:
        said = [asked, [asdict(turn) for turn in history], asdict(options)]
        key = json.dumps([said, self.index.corpus_digest, self.configuration], sort_keys=True)
        return hashlib.sha256(key.encode()).hexdigest()[:16]
