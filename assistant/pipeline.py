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
from assistant.cite import citation, verify
from assistant.compare import compare
from assistant.compose import asks_for_patients, select
from assistant.config import AssistantConfig
from assistant.conversation import self_contained_parts, standalone_question
from assistant.evidence import (
    Calibration,
    Features,
    band_of,
    confidence,
    question_features,
    sentence_features,
    weigh,
)
from assistant.examples import examples
from assistant.limits import limits
from assistant.provenance import Provenance, provenance
from assistant.question import Expansion, checked_question, expansions, searched_text
from assistant.read import Reader, english_words
from assistant.records import Answer, Citation, Evidence, Hit, Nearest, Options, Statement, Status, Turn
from assistant.retrieve import retrieve
from assistant.search import Report, Search, searched_sources
from assistant.spelling import Speller
from ingest.embed import Embedder, Vectors
from ingest.index import Index

NO_OPTIONS = Options()
# Passages shown with a refusal, and questions offered. Source: what fits a glance; not measured.
_NEAREST = 3
_SUGGESTIONS = 3


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
        return retrieve(self.index, text, vector, self._config.retrieve, options.sources)

    def search(self, question: str, options: Options = NO_OPTIONS, report: Report | None = None) -> Search:
        """The evidence for one standalone question: retrieve, read, weigh."""
        clock = [time.perf_counter()]
        added = self._added(question)
        text = searched_text(question, added)
        vector = self._vector(question, text)
        clock.append(time.perf_counter())
        hits = retrieve(self.index, text, vector, self._config.retrieve, options.sources)
        if report is not None:
            report(question, hits)
        clock.append(time.perf_counter())
        readings = self._reader.read(question, [hit.passage for hit in hits])
        clock.append(time.perf_counter())
        if not hits:
            nothing = np.zeros(len(self.calibration.question_weights))
            return Search(question, added, (), (), (), (), nothing, 0.0, ())
        features = sentence_features(self.index, text, vector, hits, readings)
        evidence = weigh(hits, readings, features, self.calibration)
        decisive = question_features(evidence, features)
        clock.append(time.perf_counter())
        stages = ("embed", "retrieve", "read", "weigh")
        seconds = tuple(zip(stages, np.diff(clock).tolist(), strict=True))
        return Search(
            question=question,
            added=added,
            hits=hits,
            readings=readings,
            features=features,
            evidence=evidence,
            features_of_question=decisive,
            confidence=confidence(decisive, self.calibration),
            seconds=seconds,
        )

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
        standalone = standalone_question(asked, history)
        searches = [self.search(part, options, report) for part in self_contained_parts(standalone)]
        added = tuple(dict.fromkeys(expansion for search in searches for expansion in search.added))
        answered = [s for s in searches if s.confidence >= self.calibration.answered]
        missing = tuple(s.question for s in searches if s not in answered)
        status: Status = "answered" if not missing else "partial" if answered else "not_in_sources"
        chosen: list[Evidence] = []
        for search in answered:
            quoted = select(
                self.index,
                search.evidence,
                self.calibration.quoted,
                most=options.quotes,
                for_patients=asks_for_patients(asked),
            )
            for item in quoted:
                if item.sentence not in [other.sentence for other in chosen if other.passage == item.passage]:
                    chosen.append(item)
        order = list(dict.fromkeys(item.passage.source_id for item in chosen))
        citations = self._citations(sorted(chosen, key=lambda e: order.index(e.passage.source_id)))
        sure = round(min(search.confidence for search in answered or searches), 4)
        return Answer(
            id=self._id(asked, history, options),
            status=status,
            question=asked,
            standalone_question=standalone,
            statements=tuple(Statement(c.quote, (c.n,)) for c in citations),
            citations=citations,
            comparison=compare(citations),
            missing=missing,
            nearest=self._nearest([s for s in searches if s not in answered]),
            suggestions=self._suggestions(standalone, (asked, *(turn.question for turn in history)), options),
            limits=limits(asked),
            notices=notices.of_content(standalone, added, self._unknown(standalone, added), citations)
            + notices.of_scans(citations, self.index.documents),
            confidence=sure,
            band=band_of(sure, self.calibration) if answered else None,
            corpus=self.index.corpus_digest,
            sources_searched=tuple(source.id for source in searched_sources(self.index, options)),
            seconds=0.0,
        )

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
            confidence=1.0,
            band=None,
            corpus=self.index.corpus_digest,
            sources_searched=found.sources_searched,
            seconds=0.0,
        )

    def _unknown(self, question: str, added: Sequence[Expansion]) -> tuple[str, ...]:
        """The words of the question that no source uses and that nothing was searched for beside."""
        understood = " ".join(expansion.asked for expansion in added).casefold().split()
        return tuple(word for word in self._speller.unknown(question) if word.casefold() not in understood)

    def _citations(self, evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
        return tuple(
            citation(
                n,
                self.index.documents[item.passage.source_id],
                item.sentence,
                lead_in=item.lead_in,
                highlight=item.highlight,
                support=round(item.support, 4),
            )
            for n, item in enumerate(evidence, 1)
        )

    def _nearest(self, searches: Sequence[Search]) -> tuple[Nearest, ...]:
        """The sentences that come nearest, from different passages; not an answer."""
        found: dict[str, Evidence] = {}
        for search in searches:
            for item in search.evidence:
                found.setdefault(item.passage.id, item)
        result = []
        for item in sorted(found.values(), key=lambda item: -item.support)[:_NEAREST]:
            document = self.index.documents[item.passage.source_id]
            text = document.text[slice(*item.sentence)]
            result.append(Nearest(document.source, item.passage.section, text, *item.sentence))
        return tuple(result)

    def _suggestions(self, question: str, asked: Sequence[str], options: Options) -> tuple[str, ...]:
        """The example questions that are nearest in meaning; each is known to be answered.

        None if only some sources are searched: it is not known what those answer alone.

        Args:
            question: the standalone question.
            asked: this question and the earlier ones, which are not offered again.
            options: what the asker narrows.
        """
        if options.sources:
            return ()
        texts, vectors = self._example_vectors
        cosines = vectors @ self._embedder.encode([question])[0]
        known = {text.casefold().strip() for text in (question, *asked)}
        nearest = (texts[i] for i in np.argsort(-cosines, kind="stable"))
        return tuple([text for text in nearest if text.casefold() not in known][:_SUGGESTIONS])

    @cached_property
    def _example_vectors(self) -> tuple[tuple[str, ...], Features]:
        texts = tuple(question for topic in examples() for question in topic.questions)
        return texts, self._embedder.encode(texts).astype(np.float64)

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
