"""A question with passages that answer it and passages that do not, as it is trained on.

The others are the remaining passages of the question's own document, which share its topic, and passages that
a search would put next to it: the best by BM25 and by cosine. These are passages of other documents, taken
not to answer, unchecked (a few do, such as those of a document that repeats another's sentences), and of the
question's own library, where all that answer are known.

Source: negatives mined by a lexical and a dense retriever as in Karpukhin et al. 2020 (arXiv:2004.04906) and
Xiong et al. 2020 (arXiv:2007.00808).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
import Stemmer

from assistant.training.data import Asked, LabelledDocument, cut
from ingest.embed import Embedder

# Best passages that are looked at, and how many of those that do not answer are kept, by each search.
_LOOKED_AT = 9
_KEPT_LEXICAL = 7
_KEPT_DENSE = 5
# Passages of a group: at most so many that answer and so many others of the same document; passages
# that the searches found fill it up to _IN_GROUP, and there is at least one where any was found.
_ANSWERING = 3
_OWN_OTHERS = 2
_IN_GROUP = 4


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A passage's sentences and for each whether it answers the group's question."""

    sentences: tuple[str, ...]
    evidence: tuple[bool, ...]

    @property
    def answers(self) -> bool:
        """Whether any sentence answers."""
        return any(self.evidence)


@dataclass(frozen=True, slots=True)
class Group:
    """A question and the passages that are told apart for it; those that answer come first."""

    question: str
    passages: tuple[LabelledPassage, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """All questions of the training documents, with passages of other documents mined for each.

    Attributes:
        documents: the training documents.
        asked: the questions, each with the number of its document.
        passages: the sentences of each passage of the documents, cut once.
        mined: for each question the numbers of passages that do not answer it, of other documents or
            of its own library: at most seven by BM25, then at most five by cosine; a passage that both
            searches found is there twice.
    """

    documents: tuple[LabelledDocument, ...]
    asked: tuple[tuple[int, Asked], ...]
    passages: tuple[tuple[str, ...], ...]
    mined: tuple[tuple[int, ...], ...]

    def group(self, number: int, draw: random.Random) -> Group:
        """The group of a question, its own document cut anew and the others chosen by `draw`.

        Args:
            number: position of the question in `asked`.
            draw: random numbers; the same state gives the same group.
        """
        owner, asked = self.asked[number]
        sentences = self.documents[owner].sentences
        own = [
            LabelledPassage(tuple(sentences[i] for i in passage), tuple(i in asked.evidence for i in passage))
            for passage in cut(self.documents[owner], draw)
        ]
        chosen = [passage for passage in own if passage.answers][:_ANSWERING]
        others = [passage for passage in own if not passage.answers]
        draw.shuffle(others)
        chosen += others[:_OWN_OTHERS]
        mined = self.mined[number]
        wanted = min(len(mined), max(1, _IN_GROUP - len(chosen)))
        for other in draw.sample(mined, wanted):
            chosen.append(LabelledPassage(self.passages[other], (False,) * len(self.passages[other])))
        return Group(asked.question, tuple(chosen))


def mine(documents: Sequence[LabelledDocument], embedder: Embedder, seed: int) -> Pool:
    """The pool of the documents' questions.

    Args:
        documents: the training documents, at least one.
        embedder: gives the vectors for the dense search.
        seed: of the random numbers by which the documents are cut into the passages that are mined.
    """
    draw = random.Random(seed)
    passages: list[tuple[str, ...]] = []
    found_in: list[tuple[int, frozenset[int]]] = []
    for owner, document in enumerate(documents):
        for passage in cut(document, draw):
            passages.append(tuple(document.sentences[i] for i in passage))
            found_in.append((owner, frozenset(passage)))
    asked = [(owner, asked) for owner, document in enumerate(documents) for asked in document.asked]
    texts = [" ".join(sentences) for sentences in passages]
    questions = [item.question for _, item in asked]
    lexical, dense = _best_lexical(questions, texts), _best_dense(questions, texts, embedder)
    mined = []
    for (owner, item), by_words, by_vectors in zip(asked, lexical, dense, strict=True):
        is_library = len(documents[owner].starts) > 1
        wrong = [
            [
                i
                for i in found
                if found_in[i][0] != owner or (is_library and not found_in[i][1] & item.evidence)
            ]
            for found in (by_words, by_vectors)
        ]
        mined.append((*wrong[0][:_KEPT_LEXICAL], *wrong[1][:_KEPT_DENSE]))
    return Pool(tuple(documents), tuple(asked), tuple(passages), tuple(mined))


def _best_lexical(questions: Sequence[str], texts: Sequence[str]) -> list[list[int]]:
    """For each question the numbers of the texts with the best BM25 scores, best first."""
    stemmer = Stemmer.Stemmer("english")
    bm25 = bm25s.BM25()
    bm25.index(bm25s.tokenize(list(texts), stemmer=stemmer, show_progress=False), show_progress=False)
    tokens = bm25s.tokenize(list(questions), stemmer=stemmer, show_progress=False)
    found, _ = bm25.retrieve(tokens, k=min(_LOOKED_AT, len(texts)), show_progress=False)
    return [[int(i) for i in row] for row in found]


def _best_dense(questions: Sequence[str], texts: Sequence[str], embedder: Embedder) -> list[list[int]]:
    """For each question the numbers of the texts with the largest cosines, in no order."""
    of_texts, of_questions = embedder.encode(texts), embedder.encode(questions)
    count = min(_LOOKED_AT, len(texts) - 1)
    return [[int(i) for i in np.argpartition(-(of_texts @ vector), count)[:count]] for vector in of_questions]
