"""Documents of any number, made from templates, for measurements that need more text than the corpus has.

Each document has a topic, and its sentences are drawn from that topic's, so that documents differ as real
ones do, and a question can be made to which one sentence of the corpus is the answer.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pymupdf

_PARTS = (
    "the front wall", "the basivertebral vein", "the lower endplate", "the left pedicle", "the disc space",
    "the epidural space", "the segmental artery", "the facet joint", "the spinous process", "the rib head",
    "the psoas muscle", "the nerve root", "the dural sac", "the upper endplate", "the transverse process",
)  # fmt: skip
_EVENTS = (
    "leaks", "fractures", "collapses", "heals", "bleeds", "swells", "migrates", "hardens", "is infected",
    "is compressed", "is displaced", "loses height", "regains height", "is perforated", "stays stable",
)  # fmt: skip
_CAUSES = (
    "when the filler is injected early", "after a fall from standing height", "under a load of {n} newtons",
    "in {n} % of the patients", "within {n} days of the procedure", "if the needle is turned by {n} degrees",
    "although the pressure stayed below {n} bar", "once {n} ml were injected", "at {n} degrees of heat",
    "in patients above {n} years of age", "when {n} levels are treated", "despite {n} weeks of bracing",
)  # fmt: skip
_VIEWS = (
    "It was shown that", "The authors report that", "In this series", "Observers agreed that", "As expected,",
    "Against expectation,", "On the first image", "By the last visit", "Without exception", "Now and then",
)  # fmt: skip
_TOPICS = 400
_SENTENCES_OF_A_TOPIC = 40
# Sentences in a passage of some 120 words, which is what `ingest.chunk` cuts sections into.
SENTENCES = 4


def sentences_of(topic: int) -> list[str]:
    """The sentences that documents of a topic are made of; topics repeat after `_TOPICS`."""
    draw = random.Random(topic % _TOPICS)
    parts, events = draw.sample(_PARTS, 5), draw.sample(_EVENTS, 5)
    made = []
    for _ in range(_SENTENCES_OF_A_TOPIC):
        cause = draw.choice(_CAUSES).format(n=draw.randint(2, 95))
        other = draw.choice(parts)
        made.append(
            f"{draw.choice(_VIEWS)} {draw.choice(parts)} {draw.choice(events)} {cause}, "
            f"and {other} {draw.choice(events)} {draw.choice(_CAUSES).format(n=draw.randint(2, 95))}."
        )
    return made


def document(number: int, passages: int) -> str:
    """A document in Markdown: a title, and a section for each passage."""
    draw = random.Random(10_000 + number)
    pool = sentences_of(number)
    sections = [f"# Observation {number} on {draw.choice(_PARTS)}"]
    for section in range(1, passages + 1):
        sections += [f"## Part {section}", " ".join(draw.sample(pool, SENTENCES))]
    return "\n\n".join(sections) + "\n"


def questions(count: int, documents: int) -> list[str]:
    """Questions, each made of the words of one sentence."""
    draw = random.Random(7)
    made = []
    for _ in range(count):
        sentence = draw.choice(sentences_of(draw.randrange(documents)))
        words = sentence.rstrip(".").split()[2:]
        made.append("Is it so that " + " ".join(word for word in words if draw.random() < 0.8) + "?")
    return made


def write_corpus(folder: Path, documents: int, passages: int) -> Iterator[Path]:
    """Writes documents into a folder, and yields their files."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        path = folder / f"{number:05}.md"
        path.write_text(document(number, passages), "utf-8")
        yield path


def pdf(pages: int) -> bytes:
    """A PDF of pages of text in one column, each with a running head, a heading and six paragraphs."""
    with pymupdf.open() as made:
        for number in range(pages):
            page = made.new_page(width=595, height=842)
            page.insert_text((72, 40), f"Handbook of fillers    {number + 1}", fontsize=9)
            page.insert_text((72, 80), f"{number + 1}. Part", fontsize=14)
            draw = random.Random(number)
            pool = sentences_of(number)
            for paragraph in range(6):
                text = " ".join(draw.sample(pool, SENTENCES))
                top = 95 + paragraph * 122
                left = page.insert_textbox(pymupdf.Rect(72, top, 523, top + 118), text, fontsize=9)
                assert left >= 0, "the paragraph does not fit"
        return bytes(made.tobytes())


def all_sentences(documents: int) -> list[str]:
    """The distinct sentences that so many documents are made of."""
    topics = range(min(documents, _TOPICS))
    return list(dict.fromkeys(sentence for topic in topics for sentence in sentences_of(topic)))
