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
        (?:\s?\[\d[\d,;\s–-]*\]             # reference markers such as [3,7] set after the point
        |[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹⁻,–]*+)*+)          # or raised
        (?=\s+["'“‘(\[]*(?P<next>[^\s"'“‘(\[]))  # white space, then the next sentence or word
    """,
    re.VERBOSE,
)
_GREEK_OR_BULLET = re.compile(r"[α-ω•]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:et al|e\.g|i\.e|cf|vs|approx|ca|Figs?|Tabs?|Eqs?|Refs?|Nos?|Vols?|pp|Dr|Drs|Prof|Mr|Mrs"
    r"|Ms|St|Inc|Ltd|Co|Jr|Sr|resp|incl|Dept|Univ)"
    r"|\b[A-Z]|^\s*\d{1,2}|^\s*(?:Figure|Table|Box|Scheme)\s*\d+)$"
)
# Units that also end sentences ("20 breaths/min."): abbreviations of another word only before a number.
_BEFORE_A_NUMBER = re.compile(r"\b(?:min|max)$")
# A single capital that names a kind ("type C.", "groups A and B.") is no initial.
_NAMED_BY_LETTER = re.compile(
    r"\b(?i:types?|groups?|grades?|class|classes|stages?|panels?|arms?|images?|vitamins?|hepatitis|influenza)"
    r"\s(?:[A-Z](?:, | and | or |/))*[A-Z]$"
)


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Spans of the sentences of one block, in order; they cover all of it but white space.

    Args:
        text: cleaned text of one paragraph, list item or caption. Empty text gives no spans.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        following = match.group("next")
        starts = following.isupper() or following.isdigit() or _GREEK_OR_BULLET.match(following)
        if not starts or _cut_short(text[start : match.end("stop")], following):
            continue
        _append(spans, text, start, match.end("close"))
        start = match.end("close")
    _append(spans, text, start, len(text))
    return tuple(spans)


def ends_a_sentence(text: str) -> bool:
    """Whether a block's last words close a sentence (so that nothing is cut off after them)."""
    stripped = re.sub(r"(?:\s?\[\d[\d,;\s–-]*\]|[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹⁻,–]*+)++$", "", text.rstrip())
    stripped = stripped.rstrip("\"'”’)]")
    return stripped.endswith((".", "!", "?", ":", ";")) and not _cut_short(stripped, "")


def _cut_short(words: str, following: str) -> bool:
    """Whether the words end in the point of an abbreviation, an initial or a number of a list."""
    if not words.endswith("."):
        return False
    if _BEFORE_A_NUMBER.search(words[:-1]):
        return following.isdigit()
    return bool(_ABBREVIATION.search(words[:-1])) and not _NAMED_BY_LETTER.search(words[:-1])


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    words = text[start:end]
    if words.strip():
        left = start + len(words) - len(words.lstrip())
        spans.append((left, start + len(words.rstrip())))
