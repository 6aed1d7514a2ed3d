import threading

import pytest
from conftest import FakeEmbedder
from pdfs import protected
from test_library import GUIDE

from assistant.uploads import uploads
from ingest.errors import IngestError
from ingest.index import open_index


@pytest.fixture
def upload(built):
    return uploads(built, FakeEmbedder())


def test_a_file_that_is_sent_is_added_to_the_corpus_and_its_index(upload, built):
    before = len(open_index(built).sources)
    told = upload("guide.md", GUIDE.encode(), {"kind": "web article", "title": "A guide to rest"})
    index = open_index(built)
    added = index.sources[-1]
    assert (len(index.sources), added.title, added.kind) == (before + 1, "A guide to rest", "web article")
    assert "Patients rest on their back" in index.documents[added.id].text
    assert (told.name, told.source) == ("guide.md", added)


def test_a_file_that_is_there_already_is_refused_and_nothing_changes(upload, built):
    upload("guide.md", GUIDE.encode(), {})
    sources = open_index(built).sources
    with pytest.raises(IngestError, match="again.md is in the library already, as"):
        upload("again.md", GUIDE.encode(), {})
    assert open_index(built).sources == sources


def test_an_encrypted_file_is_opened_by_its_password_which_is_kept_nowhere(upload, built):
    with pytest.raises(IngestError, match="needs a password"):
        upload("locked.pdf", protected("opensesame"), {})
    added = upload("locked.pdf", protected("opensesame"), {"password": "opensesame"})
    folders = (built.corpus_folder, built.index_folder)
    written = [path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert "opensesame" not in repr(added)
    assert len(written) > 10 and not any(b"opensesame" in content for content in written)


class Waiting(FakeEmbedder):
    """An embedder that says when it is asked, and waits to be let."""

    def __init__(self):
        super().__init__()
        self.asked, self.let = threading.Event(), threading.Event()

    def encode(self, texts):
        self.asked.set()
        assert self.let.wait(timeout=60)
        return super().encode(texts)


def test_a_file_that_comes_while_another_is_added_is_refused_at_once_and_taken_afterwards(built):
    embedder = Waiting()
    second = GUIDE.replace("one hour", "three hours").encode()
    upload = uploads(built, embedder)
    first = threading.Thread(target=upload, args=("guide.md", GUIDE.encode(), {}))
    first.start()
    try:
        assert embedder.asked.wait(timeout=60)
        with pytest.raises(IngestError, match="Another file is being added"):
            upload("second.md", second, {})
    finally:
        embedder.let.set()
        first.join(timeout=60)
    upload("second.md", second, {})
    assert [source.title for source in open_index(built).sources[-2:]] == ["Care after a filler"] * 2


@pytest.mark.parametrize(
    ("name", "content", "given"),
    [
        ("empty.txt", b"", {}),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, {}),
        ("guide.md", GUIDE.encode(), {"kind": "miracle"}),
        ("gui\0de.md", GUIDE.encode(), {}),
    ],
    ids=["empty", "old Word", "unknown kind", "a null in the name"],
)
def test_a_file_that_cannot_be_added_is_one_line_and_nothing_changes(upload, built, name, content, given):
    sources = open_index(built).sources
    with pytest.raises(IngestError) as refused:
        upload(name, content, given)
    assert str(refused.value).strip() and "\n" not in str(refused.value)
    assert open_index(built).sources == sources
