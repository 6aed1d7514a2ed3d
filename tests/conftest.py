"""Fixtures of the tests: the real corpus, a tiny corpus in all formats, and an embedder without a model."""

import hashlib
import os
import re
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ingest.config import IngestConfig
from ingest.pipeline import build, read_corpus

CORPUS = Path(__file__).parent.parent / "corpus"
DIMENSIONS = 16

XML = """<?xml version="1.0"?>
<Articles>
  <Article>
    <Journal><PublisherName>Example Press</PublisherName><Volume>3</Volume></Journal>
    <title locale="en_US">Balloons &amp; bones: a short record</title>
    <AuthorList><Author><FirstName>Ada</FirstName><LastName>Núñez</LastName></Author></AuthorList>
    <abstract>A balloon lifts the upper plate of the vertebra. Leaks &lt;5 mm were watched.</abstract>
    <web_url>https://example.org/record</web_url>
  </Article>
</Articles>
"""

MARKDOWN = """# Issue of the month

**EDITORIAL**

- 12 Teeth of the narwhal
*Frost J*

# A filler that wandered: one case

Ida Frost, Odd Berg

**Received:** May 1, 2020

## Abstract

### BACKGROUND

A magnetic resonance scan (MRS) showed *filler* beside the nerve root[1].

## COURSE

The patient walked on the second day and the improvement of

**Figure 1 Scan of the lumbar spine.** A: before; B: after.

leg strength was complete within a week[2]. No second operation was needed.

**Table 1 Values on admission**

Tests\tResults\tNormal range
Sodium (mmol/L)\t139\t135-145
Lactate (mmol/L)\t2.9\t< 2.0

## FOOTNOTES

**Author contributions:** Frost I wrote the report.

## REFERENCES

- 1 **Berg O**. Fillers near nerves. *Bone Lett* 2011; **4**: 7-9 [PMID: 123456 DOI: 10.1000/bone.4.7]
- 2 Frost I. Recovery of strength. *Bone Lett* 2012; **5**: 1-3

Published by **Example Press**
"""

JOURNAL = """Repository of a university

Fillers in the spine: an overview

Download date: 2021-02-03

Fillers in the spine: an overview

Ida Frost ^{1}

Abstract: Fillers support a broken vertebra. Their spread decides what follows.

Keywords: filler; spine

1. Introduction

Thick fillers spread less than thin ones [1]. Most leaks are silent.

2. Findings

2.1. Veins

A filler in a vein may travel to the lung [2]. Breathlessness is the first sign.

Funding: none.

References

1. Berg, O. Viscosity of fillers. *Bone* **2010**, *3*, 1–4.

2. Frost, I. Veins of the spine. *Bone* **2011**, *4*, 5–9. doi:10.1000/bone.4.5
"""

WEB = """Skip to content

Living after a spine procedure

You may go home on the same day. Walking is allowed after two hours.

Warning signs

Call the ward if you notice one of these:

  • Fever: a temperature above 38 degrees.
  • Numbness: loss of feeling in a leg.

Leave a Reply

Your email address will not be published.
"""

FILES = {
    "000_record": ("article-xml", "Balloons & bones: a short record", XML),
    "001_case": ("markdown", "A filler that wandered: one case", MARKDOWN),
    "002_review": ("journal-text", "Fillers in the spine: an overview", JOURNAL),
    "003_leaflet": ("web-text", "Living after a spine procedure", WEB),
}


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    """Clears the variables that configure the assistant."""
    for name in list(os.environ):
        if name.startswith("ASSISTANT_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def documents():
    """The documents of the project's own corpus, in the order of the manifest."""
    return read_corpus(CORPUS)


def entry(source_id: str, form: str, title: str, content: bytes) -> str:
    """A [[source]] of a manifest."""
    return (
        f'[[source]]\nid = "{source_id}"\npath = "sources/{source_id}.txt"\nformat = "{form}"\n'
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"\ntitle = "{title}"\nauthors = ["Ida Frost"]\n'
        'kind = "web article"\nabout = "kyphoplasty"\npeer_reviewed = false\nabstract_only = false\n'
        'licence = "CC0"\n'
    )


@dataclass(frozen=True)
class Corpus:
    """A corpus folder whose files a test may change."""

    folder: Path

    def write(self, **changed: str) -> None:
        """Writes the files and a manifest that fits them; `changed` gives other texts by id."""
        sources = self.folder / "sources"
        sources.mkdir(parents=True, exist_ok=True)
        entries = []
        for source_id, (form, title, text) in FILES.items():
            content = changed.get(source_id, text).encode("utf-8")
            (sources / f"{source_id}.txt").write_bytes(content)
            entries.append(entry(source_id, form, title, content))
        (self.folder / "manifest.toml").write_text("\n".join(entries), "utf-8")

    def path(self, source_id: str) -> Path:
        """The file of a source."""
        return self.folder / "sources" / f"{source_id}.txt"


@pytest.fixture
def small_corpus(tmp_path):
    """A corpus of four short documents, one of each format."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.write()
    return corpus


@pytest.fixture
def config(small_corpus, tmp_path):
    """The configuration of an index of the small corpus; nothing is built yet."""
    return IngestConfig(corpus_folder=small_corpus.folder, index_folder=tmp_path / "index")


class FakeEmbedder:
    """Hashes words into a unit vector of 16 dimensions; keeps the texts it was given.

    Args:
        error: raised when more than `after` texts were asked for.
    """

    def __init__(self, error: BaseException | None = None, after: int = 0) -> None:
        self.texts: list[str] = []
        self._error = error
        self._after = after

    def encode(self, texts):
        self.texts.extend(texts)
        if self._error is not None and len(self.texts) > self._after:
            raise self._error
        return np.array([hashed(text) for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)


def hashed(text: str):
    """The unit vector of a text's words, shape (16,); the first axis for a text without words."""
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode("utf-8")).digest()
        vector[digest[0] % DIMENSIONS] += 1.0 if digest[1] % 2 else -1.0
    if not vector.any():
        vector[0] = 1.0
    return vector / np.linalg.norm(vector)


@pytest.fixture
def embedder():
    """An embedder that needs no model."""
    return FakeEmbedder()


@pytest.fixture(scope="session")
def prototype(tmp_path_factory):
    """A folder with the small corpus and its index, built once; tests work on copies."""
    folder = tmp_path_factory.mktemp("prototype")
    Corpus(folder / "corpus").write()
    build(
        IngestConfig(corpus_folder=folder / "corpus", index_folder=folder / "index"),
        lambda line: None,
        embedder=FakeEmbedder(),
    )
    return folder


@pytest.fixture
def built(prototype, small_corpus, config):
    """The configuration of an index of the small corpus that is built."""
    shutil.copytree(prototype / "index", config.index_folder)
    return config


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Lets writing fail beyond `size` bytes of a file, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def ignore(line: str) -> None:
    """Takes the reports of a build that a test does not read."""


def pytest_configure(config):
    """Names the marker of tests that load the packaged embedding model."""
    config.addinivalue_line("markers", "real_model: loads the packaged embedding model")
