"""Where sentences end in scientific prose.

A sentence ends at `.`, `!` or `?` (with the brackets, quotes and reference markers that close it) before
white space and the start of another sentence, unless the word before the point is a known abbreviation,
an initial or a number of a list.
"""

import re

from ingest.records import Span

_END = re.compile(
    r"""(?P<stop>[.!?])                       # the mark itself
        (?P<close>["'”’)\]]*                  # closing quotes and brackets
        (?:\s?\[\d[\d,;\s–-]*\])*)            # reference markers such as [3,7] set after the point
        (?=\s+["'“‘(\[]*[A-Z0-9ÀÖØ-Þα-ω•])    # white space, then something that can start a sentence
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:et al|e\.g|i\.e|cf|vs|approx|ca|Figs?|Tabs?|Eqs?|Refs?|Nos?|Vols?|pp|Dr|Drs|Prof|Mr|Mrs"
    r"|Ms|St|Inc|Ltd|Co|Jr|Sr|resp|incl|min|max|Dept|Univ)"
    r"|\b[A-Z]|^\s*\d{1,2}|^\s*(?:Figure|Table|Box|Scheme)\s*\d+)$"
)


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Spans of the sentences of one block, in order; they cover all of it but white space.

    Args:
        text: cleaned text of one paragraph, list item or caption. Empty text gives no spans.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        before = text[start : match.start("stop")]
        if match.group("stop") == "." and _ABBREVIATION.search(before):
            continue
        _append(spans, text, start, match.end("close"))
        start = match.end("close")
    _append(spans, text, start, len(text))
    return tuple(spans)


def ends_a_sentence(text: str) -> bool:
    """Whether a block's last words close a sentence (so that nothing is cut off after them)."""
    stripped = re.sub(r"(?:\s?\[\d[\d,;\s–-]*\])+$", "", text.rstrip()).rstrip("\"'”’)]")
    if not stripped or stripped[-1] not in ".!?:;":
        return False
    return not (stripped[-1] == "." and _ABBREVIATION.search(stripped[:-1]))


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    words = text[start:end]
    if words.strip():
        left = start + len(words) - len(words.lstrip())
        spans.append((left, start + len(words.rstrip())))
