"""An assistant for tests of what asks it: gives the answers that a test queued, keeps what it was asked."""

from dataclasses import replace

import numpy as np
from fake_assistant import Corpus, corpus

from assistant.question import checked_question
from assistant.search import Search


class QueuedAssistant:
    """Gives each item of `queue` in turn: an answer, or an error that it raises.

    `asked` holds each question with its history, `searched` each question that was only searched for.
    """

    def __init__(self, *queue, found=()):
        self.index = Corpus(corpus())
        self.asked = []
        self.searched = []
        self._queue = list(queue)
        self._found = found

    def ask(self, question, history=()):
        text = checked_question(question)
        self.asked.append((text, tuple(history)))
        item = self._queue.pop(0)
        if isinstance(item, BaseException):
            raise item
        return replace(item, question=text, standalone_question=text)

    def search(self, question):
        self.searched.append(question)
        return Search(
            question=question,
            added=(),
            unknown=(),
            hits=(),
            readings=(),
            features=(),
            evidence=tuple(self._found),
            features_of_question=np.zeros(1),
            confidence=0.5,
            seconds=(),
        )


class Loader:
    """Stands for `load_assistant`: gives an assistant, or raises an error, and keeps the configurations."""

    def __init__(self, given):
        self.configs = []
        self._given = given

    def __call__(self, config):
        self.configs.append(config)
        if isinstance(self._given, BaseException):
            raise self._given
        return self._given
