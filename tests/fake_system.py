"""A system for tests of the harness, with the cases that it is asked and the corpus that judges it."""

import time

from fake_assistant import COMMON, LEAFLET, RATE, corpus

from eval.cases import Case, Fact
from eval.judge import Judge
from eval.replies import Quote, Reply, Unit
from eval.run import run

TEXTS = {name: document.text for name, document in corpus().items()}
FACT = Fact("rate", ("exceeds 80% in PVP but remains below 50% in PKP",))
OTHER = Fact("common", ("relatively common outcome of vertebroplasty",))
ASKED = Case("direct-1", "direct", ("How often does cement leak?",), "answered", (FACT,))
BOTH = Case("list-1", "list", ("How often, and is it common?",), "answered", (FACT, OTHER))
NOT_THERE = Case("unanswerable-1", "unanswerable", ("What does it cost?",), "not_in_sources", ())
FOLLOWING = Case("follow_up-1", "follow_up", ("What can leak?", "How often?"), "answered", (FACT,))


def quote(words):
    """The exact quote of words that some document says."""
    name = next(name for name, text in TEXTS.items() if words in text)
    start = TEXTS[name].index(words)
    return Quote(words, name, start, start + len(words))


def reply(*words, status="answered", confidence=0.9, near=(), comparisons=(), limits=()):
    """A reply that quotes these words, each a statement of its own."""
    quotes = tuple(quote(each) for each in words)
    statements = tuple((each.text, (i,)) for i, each in enumerate(quotes))
    nearest = tuple(quote(each) for each in near)
    return Reply(status, "?", quotes, statements, nearest, confidence, comparisons, limits)


def refusal(*near, confidence=0.1):
    return reply(status="not_in_sources", confidence=confidence, near=near)


class FakeSystem:
    """Gives the reply that is scripted for the last turn: a reply, an error to raise, or seconds to sleep."""

    name = "fake"
    configuration = {"made": "up"}
    texts = TEXTS
    units = (Unit("u-rate", RATE), Unit("u-common", COMMON), Unit("u-leaflet", LEAFLET))

    def __init__(self, replies, ranking=("u-leaflet", "u-rate"), name="fake"):
        self.asked = []
        self.name = name
        self._replies = replies
        self._ranking = ranking

    def reply(self, turns):
        self.asked.append(tuple(turns))
        item = self._replies[turns[-1]]
        if isinstance(item, BaseException):
            raise item
        if isinstance(item, float):
            time.sleep(item)
            return reply(RATE)
        return item

    def ranking(self, question):
        if isinstance(self._ranking, BaseException):
            raise self._ranking
        return self._ranking


def judge():
    return Judge(list(corpus().values()))


def scripted(*pairs, **options):
    """A system that gives each case its reply."""
    return FakeSystem({case.turns[-1]: item for case, item in pairs}, **options)


def rows_of(*pairs, **options):
    """The rows of cases with these replies."""
    return run(scripted(*pairs), [case for case, _ in pairs], judge(), **options).rows
