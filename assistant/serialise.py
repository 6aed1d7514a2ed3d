"""An answer as JSON: the fields and names of the records, nothing added and nothing left out."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar, Protocol

from assistant.records import Answer

# Characters that JSON allows in a string but that end a line for some readers, steer a terminal, or cannot
# be written as UTF-8 (half of a surrogate pair).
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Record(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as values of JSON: objects, lists, texts, numbers, true, false and null.

    The keys are the names in `assistant.records`, in their order. Spans are lists of two offsets.
    """
    return record_json(answer)


def record_json(record: Record) -> dict[str, Any]:
    """Any record as values of JSON, in the same way."""
    return {name: _plain(value) for name, value in asdict(record).items()}


def json_line(content: Mapping[str, Any]) -> str:
    """Content as JSON on one line, without a line end.

    Letters of all scripts stand as they are; the same content always gives the same text.

    Raises:
        ValueError: a number is not finite, which JSON cannot hold.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _plain(value: Any) -> Any:
    """The value with lists for tuples, at every depth."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
