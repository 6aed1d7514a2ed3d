"""Example questions by topic, from examples.toml."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and questions on it that the sources answer."""

    name: str
    questions: tuple[str, ...]


@lru_cache(maxsize=1)
def examples() -> tuple[Topic, ...]:
    """The topics in the order of the file."""
    content = tomllib.loads((Path(__file__).parent / "examples.toml").read_text("utf-8"))
    return tuple(Topic(topic["name"], tuple(topic["questions"])) for topic in content["topic"])
