"""Typing errors in a question, told by the corpus's own vocabulary.

A word that neither the corpus nor the English word list (the reader's word pieces) knows is searched also as
the corpus's nearest word. The question itself is never changed.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from assistant.question import Expansion
from ingest.lexical import words

# Words shorter than this have too many neighbours; below this similarity two words are two words.
# Source: chosen on the development split so that no correct word there is changed.
_SHORTEST = 5
_SIMILAR = 0.85
# British spellings and their American ones.
_BRITISH = (("ae", "e"), ("oe", "e"), ("our", "or"), ("tre", "ter"), ("is", "iz"), ("ys", "yz"), ("ll", "l"))
_WORD = re.compile(r"[^\W\d_]+")


class Speller:
    """Corrections of words that no one knows.

    Args:
        texts: the corpus, from which the vocabulary is drawn.
        english: words that are right though the corpus does not hold them, in lower case.
    """

    def __init__(self, texts: Iterable[str], english: frozenset[str]) -> None:
        found = {word.lower() for text in texts for word in _WORD.findall(text)}
        self._used = found
        self._vocabulary = sorted(word for word in found if len(word) >= _SHORTEST)
        self._known = found | english

    def corrections(self, question: str) -> tuple[Expansion, ...]:
        """The corpus's nearest word for each unknown word of the question, in order."""
        corrected = []
        for word in _WORD.findall(question):
            lower = word.lower()
            if len(lower) < _SHORTEST or lower in self._known or lower.rstrip("s") in self._known:
                continue
            american = next((w for w in _american(lower) if w in self._known), None)
            if american is not None:
                corrected.append(Expansion(word, american))
                continue
            nearest = process.extractOne(
                lower,
                self._vocabulary,
                scorer=DamerauLevenshtein.normalized_similarity,
                score_cutoff=_SIMILAR,
            )
            if nearest is not None:
                corrected.append(Expansion(word, str(nearest[0])))
        return tuple(dict.fromkeys(corrected))

    def unknown(self, question: str, added: Sequence[Expansion]) -> tuple[str, ...]:
        """The words that are neither plain English nor of the corpus, in any form, nor searched otherwise.

        Args:
            question: is looked at.
            added: what was searched beside its words, corrections too; those words are known by that.
        """
        found = dict.fromkeys(word for word in _WORD.findall(question) if len(word) >= _SHORTEST)
        understood = " ".join(expansion.asked for expansion in added).casefold().split()
        return tuple(
            word
            for word in found
            if word.casefold() not in understood and not self._stems.issuperset(words([word])[0])
        )

    def uses_any(self, texts: Iterable[str]) -> bool:
        """Whether the corpus uses any of the words, in any form; true without words."""
        stems = {stem for found in words(list(texts)) for stem in found}
        return not stems or not self._used_stems.isdisjoint(stems)

    @cached_property
    def _used_stems(self) -> frozenset[str]:
        return frozenset(stem for stems in words(sorted(self._used)) for stem in stems)

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem for stems in words(sorted(self._known)) for stem in stems)


def _american(word: str) -> Iterable[str]:
    """The word with each British spelling in it exchanged."""
    return (word.replace(british, american) for british, american in _BRITISH if british in word)
