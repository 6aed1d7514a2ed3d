"""A question that leans on the conversation, made to stand alone by rules.

Only earlier questions are used, as they were understood; never earlier answers. A question with a topic of
its own is left as it is. Where rules cannot tell, there are several readings, and what the sources hold on
each decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.question import MAX_CHARACTERS, parts
from assistant.records import Turn
from assistant.topic import TOPIC_WORDS, content_words, topic_of

# Words of one class stand for each other: "What about the lumbar spine?" after a question about
# the neck asks the same of another region.
_CLASSES = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"(?:upper |lower |mid )?(?:thoracic|lumbar|cervical|sacral)(?: spine| vertebrae| region| level)?"
        r"|neck|lower back|upper back",
        r"(?:percutaneous |balloon )?(?:kyphoplasty|vertebroplasty)|PKP|PVP|BKP|VP|KP",
        r"epidural|foraminal|intradural|intradiscal|paravertebral|perivertebral|venous|pulmonary",
        r"type [BSC]|low[- ]viscosity|high[- ]viscosity",
        r"unilateral|bilateral",
        r"CT|MRI|X-?rays?|fluoroscopy",
        r"mild|moderate|severe",
        r"osteoporotic|neoplastic|metastatic|traumatic|pathological",
        r"(?:Th|[CTLS])\d{1,2}",
    )
)
# A sign of a series: "I meant B" after a question about type S asks about type B.
_IN_SERIES = re.compile(r"\b((?:type|grade|stage|class|level|phase) )([A-Z]|[IVX]+|\d)\b")
_SIGN = re.compile(r"[A-Z]|[IVX]+|\d")


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)


_OPENS_LEANING = _any_of(
    r"and|but|or|so|also|what about|how about|what if|no(?=[,. ])|not|i mean|i meant|sorry(?=[,. ])",
    r"why(?=\??$)",
    r"how so|how come|such as|for example|in which|by whom|since when|after that|before that",
)
_NEW_TOPIC = _any_of(
    r"(?:new|another|different|other) (?:topic|subject|question|matter|thing)|something (?:else|different)",
    r"chang(?:e|ing) (?:of |the )?(?:topic|subject)|by the way|separate (?:question|issue)",
    # where a sentence begins; a patient goes back to work too
    r"(?:^|(?<=[.!?,;:] ))"
    r"(?:(?:okay|ok|now|so|and|but|let['’]?s|let us|can we|could we|going|go|get|come) )*back to",
)
_PRONOUN = _any_of(
    r"it|its|they|them|their|theirs|this|that|these|those|he|him|his|she|her|there|one|ones|such|then",
    r"the (?:former|latter|first|second|third|other|others|rest|two|three)",
    r"the (?:procedure|complication|risk|patient|man|woman|study|authors?|operation|surgery|treatment)",
    r"the (?:symptoms?|leak|leakage|test|scan)",
)
_AUXILIARIES = ("can", "could", "may", "might", "will", "would", "should", "do", "does", "did", "is", "was")
# Pronouns that point into the sentence itself or at nothing.
_NOT_POINTING = _any_of(
    r"(?:is|are) there|there (?:is|are|was|were|be)",
    r"is it (?:true|possible|safe|better|known|normal|common|ok|okay|necessary)",
    # "a leak that can spread", but not "Can that lead to paralysis?"
    "".join(rf"(?<!\b{verb} )" for verb in _AUXILIARIES)
    + r"that (?:is|are|was|were|can|may|might|have|has|had|do|does|cause[sd]?|lead)",
    r"(?:those|these|patients|people) (?:who|with|treated)|one (?:level|side|month|week|year|day)s?",
)
# A question with this many content words has a topic of its own, whatever pronouns it holds; one with
# fewer than the second number has none, nor has a fragment ("in the lumbar spine?") with as many.
# Source: development split of the evaluation set.
_OWN_TOPIC_WORDS = 6
_NO_TOPIC_WORDS = 2
# A question with this many at most that does not lean by its words may do so by its meaning ("Is there an
# alternative for the frail?"). Source: eval/LOG.md; with more, changes of topic are dragged back.
_FEW_WORDS = 2
_SENTENCE = re.compile(r"(?<=[.!:;])\s+")
_ADDED_TOPIC = re.compile(r"\([^()]*\)\?$")
# A topic of more words follows the question instead of taking a pronoun's place. Source: chosen, so that
# questions read well.
_PHRASE_WORDS = 6
# A pronoun that a topic can stand in for; before a noun ("that risk") it cannot.
_STANDS_ALONE = re.compile(
    r"\b(?:it|they|them|this|that|these|those)\b(?=\s+(?:is|are|was|were|be|been|can|could|may|might|will|would"
    r"|do|does|did|has|have|had|happen\w*|cause\w*|lead\w*|occur\w*|come\w*|treated|prevented|avoided|dangerous|common|rare"
    r"|serious|last|stay|in|with|after|during|at|on|more|less|usually|often|always)\b)",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"^(?:(?:and|but|or|so|also|then|ok(?:ay)?|thanks?|no|sorry|actually|i meant?|what about|how about"
    r"|what if|the|for|in|with|of|at|on)\b[\s,.:—-]*)+",
    re.IGNORECASE,
)
# What joins a question to the conversation, left out where it stands alone; "no" only before a pause.
_JOINS = re.compile(
    r"^(?:(?:and|but|or|so|also|then|ok(?:ay)?|thanks?|sorry|actually|no(?=[,.;])|i meant?|what about"
    r"|how about)\b[\s,.;:—-]*)+",
    re.IGNORECASE,
)
# What opens a part of a question that has the rest of it in the one before: "And in the frail?"
_CONTINUES = _any_of(
    r"in|for|with|without|after|before|during|at|on|from|under|by|if|as|among|between|versus|against|than"
)
_OPENING = re.compile(
    r"(?:^|[.!?;]\s+)(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could"
    r"|should|would|will|has|have|may|must)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a question may mean.

    Attributes:
        likely: standalone questions, the likeliest first; at least one.
        otherwise: what it may be taken for if the sources answer none of them.
    """

    likely: tuple[str, ...]
    otherwise: tuple[str, ...] = ()


def readings(question: str, history: Sequence[Turn]) -> Readings:
    """The readings of a question after those before it.

    Args:
        question: a checked question.
        history: the earlier turns, oldest first.
    """
    if not history or _NEW_TOPIC.search(question):
        return Readings((question,), _asking(question))
    previous = history[-1].standalone_question
    with_topic = question
    if _adds(topic_of(previous), question):
        with_topic = _if_short(_with_topic(question, previous), question)
    if leans(question):
        return Readings((standalone_question(question, history),), (with_topic, question))
    if len(content_words(question)) <= _FEW_WORDS:
        return Readings(tuple(dict.fromkeys((question, with_topic))))
    return Readings((question,), _asking(question))


def _asking(question: str) -> tuple[str, ...]:
    """The sentences that ask, without what is said before them; none if they need it, or are all there is."""
    asking = " ".join(part for part in _SENTENCE.split(question) if part.endswith("?"))
    return (asking,) if asking and asking != question and not leans(asking) else ()


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question with what it takes from the conversation, by rules alone.

    Args:
        question: a checked question.
        history: the earlier turns, oldest first; none leaves the question as it is.
    """
    if not history or not leans(question):
        return question
    previous = history[-1].standalone_question
    swapped = _swapped(question, previous)
    if swapped is not None:
        return _if_short(swapped, question)
    topic = topic_of(previous)
    if not _adds(topic, question):
        return question
    if len(topic.split()) <= _PHRASE_WORDS and not _NOT_POINTING.search(question):
        resolved, replaced = _STANDS_ALONE.subn(lambda _: topic, question, count=1)
        if replaced:
            return _if_short(resolved, question)
    return _if_short(_with_topic(question, previous), question)


def _if_short(standalone: str, question: str) -> str:
    """A standalone question; the question alone if it would be longer than a question may be."""
    return standalone if len(standalone) <= MAX_CHARACTERS else question


def self_contained_parts(question: str) -> tuple[str, ...]:
    """The questions that a question is made of, each once, with what it takes from the one before it."""
    found: list[Turn] = []
    for part in parts(question):
        found.append(Turn(part, standalone_question(part, found[-1:]), ()))
    return tuple(dict.fromkeys(turn.standalone_question for turn in found))


def leans(question: str) -> bool:
    """Whether the question cannot be understood without the one before it."""
    if _NEW_TOPIC.search(question):
        return False
    words = len(content_words(question))
    if words >= _OWN_TOPIC_WORDS:
        return False
    fragment = not _OPENING.search(question)
    if words < _NO_TOPIC_WORDS + fragment or _OPENS_LEANING.match(question):
        return True
    return bool(_PRONOUN.search(_NOT_POINTING.sub(" ", question)))


def _adds(topic: str, question: str) -> bool:
    return bool(set(_folded(topic)) - set(_folded(question)))


def _with_topic(question: str, previous: str) -> str:
    """The question without what joins it to the conversation, and behind it what the previous one is about.

    A part of a question ("And in the frail?", "Why?") has the previous one whole behind it, unless that is
    long or has a topic behind itself.
    """
    alone = (_JOINS.sub("", question) or question).rstrip(" ?.!")
    whole = previous.strip(" ?.!")
    continues = _CONTINUES.match(alone) and not _OPENING.search(alone)
    if (
        (continues or len(alone.split()) <= _FEW_WORDS)
        and "(" not in whole
        and len(whole.split()) <= TOPIC_WORDS
    ):
        behind = whole if whole[1:2].isupper() else whole[:1].lower() + whole[1:]
    else:
        behind = topic_of(previous)
    return f"{alone[:1].upper()}{alone[1:]} ({behind})?"


def own_words(question: str) -> tuple[str, ...]:
    """The words that carry meaning of a question that stands alone, without the topic put behind it."""
    return content_words(_ADDED_TOPIC.sub("", question))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in content_words(text))


def _swapped(question: str, previous: str) -> str | None:
    """The previous question with one word exchanged for one of its class: an elliptical question.

    None if the question is more than such a word, or the previous one has none of its class.
    """
    rest = _PREAMBLE.sub("", question).strip(" ?.!")
    in_series = _IN_SERIES.search(previous)
    if in_series and _SIGN.fullmatch(rest):
        return previous[: in_series.start(2)] + rest + previous[in_series.end(2) :]
    for words in _CLASSES:
        new = words.search(rest)
        old = words.search(previous)
        if not new or not old or new.group().casefold() == old.group().casefold():
            continue
        others = content_words(words.sub(" ", rest))
        if len(others) <= 1 and not _OPENING.search(rest):
            return previous[: old.start()] + new.group() + previous[old.end() :]
    return None
