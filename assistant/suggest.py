"""Questions that are offered: those nearest in meaning that the sources are known to answer."""

from collections.abc import Callable, Sequence

import numpy as np

from assistant.examples import checked_corpus, examples
from ingest.embed import Embedder

# Questions offered. Source: what fits a glance; not measured.
_OFFERED = 3


class Suggester:
    """Offers example questions. Safe to call from threads.

    A test asks each example of the corpus that the project ships. Of any other corpus an example is offered
    only after it was asked and answered here; each is asked once.

    Args:
        embedder: of the index.
        corpus: digest of the corpus.
        is_answered: asks a question.
    """

    def __init__(self, embedder: Embedder, corpus: str, is_answered: Callable[[str], bool]) -> None:
        self._embedder = embedder
        self._texts = tuple(question for topic in examples() for question in topic.questions)
        self._vectors = embedder.encode(self._texts).astype(np.float64)
        self._is_answered = is_answered
        self._known = dict.fromkeys(self._texts, True) if corpus == checked_corpus() else {}

    def offered(self, question: str, asked: Sequence[str]) -> tuple[str, ...]:
        """Up to three questions, the nearest first.

        Args:
            question: the standalone question.
            asked: it as it was asked and the earlier ones, which are not offered again.
        """
        cosines = self._vectors @ self._embedder.encode([question])[0]
        known = {text.casefold().strip() for text in (question, *asked)}
        offered: list[str] = []
        for place in np.argsort(-cosines, kind="stable"):
            text = self._texts[place]
            if len(offered) < _OFFERED and text.casefold() not in known and self._checked(text):
                offered.append(text)
        return tuple(offered)

    def _checked(self, text: str) -> bool:
        if text not in self._known:
            self._known[text] = self._is_answered(text)
        return self._known[text]
