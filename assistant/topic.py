"""What a question is about, told from its words."""

import re

# Words after "how" and "what" that ask and are not what is asked about.
_ASKS = re.compile(
    r"often|common|commonly|likely|frequent|frequently|likelihood|risky|dangerous|serious|kind|kinds|sort|type|types"
    r"|happens?|mean|means",
    re.IGNORECASE,
)
# Words that end a question and are not what it is about: "How is a fracture treated?" is about a fracture.
_ENDS = re.compile(
    r"treated|managed|handled|dealt|cared|looked|prevented|avoided|described|defined|explained|called|named|shown|seen"
    r"|found|made|done|taken|given|used|advised|recommended|reported|diagnosed|recogni[sz]ed|detected|noticed"
    r"|leads?|led|causes?|caused|consists?|involves?|shows?|says?|said|looks?|means?|matters?|works?|helps?|feels?"
    r"|occurs?|occurred|happens?|happened|arises?|advises?|recommends?|suggests?|afterwards|usually|common|likely|rare",
    re.IGNORECASE,
)
# What may follow the last word of a topic and belongs to it: "if the needle is angled too much".
_AMOUNT = re.compile(r"\s+(?:too|very|so) \w+|\s+(?:more|less)\b", re.IGNORECASE)
# Of a topic of more words only those that carry meaning are taken. Source: chosen, so that it reads well.
TOPIC_WORDS = 12
_FUNCTION_WORDS = frozenset(
    word
    for line in (
        "a about after again all also am an and any are as at be because been before being both but",
        "by can come could did do does doing done during each else ever few for from get given go had",
        "has have having he her here him his how i if in into is it its just like long many may me",
        "meant might more most much must my no not now of often on once one only or other our out",
        "over please quickly same say she should so some soon still such tell than that the their",
        "them then there these they thing this those to too up us usually very was we well were what",
        "when where whether which while who whom whose why will with would yes you your sorry mean",
        "actually really okay ok thanks",
        "what's who's how's where's when's that's it's there's i'm i've we're they're don't doesn't didn't",
        "isn't aren't wasn't weren't can't couldn't won't wouldn't shouldn't hasn't haven't",
    )
    for word in line.split()
)


def content_words(text: str) -> tuple[str, ...]:
    """The words that carry meaning, in order; function words and question words are left out."""
    words = re.findall(r"[\w][\w'’%/.-]*\w|\w", text)
    return tuple(word for word in words if word.casefold().replace("’", "'") not in _FUNCTION_WORDS)


def topic_of(question: str) -> str:
    """What a question is about: its words from the first to the last that carries meaning.

    Of a long question only the words that carry meaning are taken, each once.
    """
    found = list(re.finditer(r"\S+", question))
    carrying = [i for i, match in enumerate(found) if content_words(match.group())]
    while carrying and _ASKS.fullmatch(found[carrying[0]].group().strip(",;:")):
        del carrying[0]
    while len(carrying) > 1 and _is_asked(found[carrying[-1] - 1].group(), found[carrying[-1]].group()):
        del carrying[-1]
    if not carrying:
        return ""
    if carrying[-1] - carrying[0] < TOPIC_WORDS:
        end = found[carrying[-1]].end()
        amount = _AMOUNT.match(question, end)
        return question[found[carrying[0]].start() : amount.end() if amount else end].strip(" ?.!,;:")
    return " ".join(dict.fromkeys(content_words(question)))


def _is_asked(before: str, word: str) -> bool:
    """Whether a word at a question's end, after another, tells what is asked: "be prepared", "treated"."""
    return before.casefold() == "be" or bool(_ENDS.fullmatch(word.strip(" ?.!,;:)")))
