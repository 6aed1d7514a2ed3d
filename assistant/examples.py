"""Example questions by topic, from examples.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and questions on it that the sources answer."""

    name: str
    questions: tuple[str, ...]


@lru_cache(maxsize=1)
def examples() -> tuple[Topic, ...]:
    """The topics in the order of the file."""
    return tuple(Topic(topic["name"], tuple(topic["questions"])) for topic in _content()["topic"])


def checked_corpus() -> str:
    """Digest of the corpus of which a test has asked every example."""
    return str(_content()["checked_corpus"])


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "examples.toml").read_text("utf-8"))
