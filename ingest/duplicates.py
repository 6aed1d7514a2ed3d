"""How much of their words two documents share, told from a short signature of each.

Source: Broder 1997, "On the resemblance and containment of documents", doi:10.1109/SEQUEN.1997.666900; the
signatures are those of datasketch.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from ingest.records import Document, Source

Signature = NDArray[np.uint32]

# Numbers in a signature. Source: the estimate's standard error is at most 0.5 / sqrt(256) = 0.03.
NUMBERS = 256
# Words in a row that are compared. Source: what Broder 1997 and most that followed take is 4 to 10.
_SHINGLE = 5
# Documents that share this much are pointed out. Source: no two of the five documents of the corpus share
# more than 0.01; with each twentieth word changed they share 0.59 to 0.72 with themselves, with each tenth
# 0.33 to 0.50.
SIMILAR = 0.3
# Shingles hashed at a time, to bound memory.
_BATCH = 10_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Similar:
    """A document of the corpus that another is like.

    Attributes:
        source: of the document in the corpus.
        share: of the runs of five words of both that stand in both, in [0, 1], by estimate.
        reason: "the same file", "the same DOI", "the same title" or "the same words".
    """

    source: Source
    share: float
    reason: str


def signature(document: Document) -> Signature:
    """The signature of a document's content, shape (NUMBERS,)."""
    content = (document.text[b.start : b.end] for b in document.blocks if not b.left_out)
    words = _WORD.findall(" ".join(content).casefold())
    shingles = {" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
    encoded = sorted(shingle.encode("utf-8") for shingle in shingles)
    made = MinHash(num_perm=NUMBERS, scheme="affine32")
    for start in range(0, len(encoded), _BATCH):
        made.update_batch(encoded[start : start + _BATCH])
    return np.asarray(made.hashvalues, dtype=np.uint32)


def similar(
    source: Source, own: Signature, others: Sequence[Source], signatures: NDArray[np.uint32]
) -> tuple[Similar, ...]:
    """The documents that one is like, most alike first.

    Args:
        source: of the document that is compared.
        own: its signature, shape (NUMBERS,).
        others: the sources that it is compared with.
        signatures: of their documents, shape (len(others), NUMBERS).
    """
    found = []
    shares = (signatures == own).mean(axis=1) if len(others) else np.zeros(0)
    for other, share in zip(others, shares, strict=True):
        if other.sha256 == source.sha256:
            reason = "the same file"
        elif source.doi and other.doi.casefold() == source.doi.casefold():
            reason = "the same DOI"
        elif other.title.casefold() == source.title.casefold():
            reason = "the same title"
        elif share >= SIMILAR:
            reason = "the same words"
        else:
            continue
        found.append(Similar(other, round(float(share), 2), reason))
    return tuple(sorted(found, key=lambda item: -item.share))
