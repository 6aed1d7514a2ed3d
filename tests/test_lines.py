import numpy as np
import pytest

from ingest.errors import IndexDamagedError
from ingest.lines import Lines, LinesWriter

WRITTEN = (b'{"a": 1}', "größer\u2028".encode(), b"", b"last")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "records.jsonl"
    with LinesWriter(path) as lines:
        for line in WRITTEN:
            lines.write(line)
    return path


def test_each_line_is_read_as_it_was_written_in_any_order(path):
    lines = Lines(path, bytes.decode)
    assert len(lines) == 4
    assert [lines.line(n) for n in (3, 0, 2, 1)] == [WRITTEN[n] for n in (3, 0, 2, 1)]
    assert list(lines) == [line.decode() for line in WRITTEN]


@pytest.mark.parametrize("number", [-1, 4])
def test_there_is_no_record_before_the_first_or_after_the_last(path, number):
    with pytest.raises(IndexError, match="of 4"):
        Lines(path, bytes.decode)[number]


def test_a_writer_that_was_interrupted_leaves_nothing_that_can_be_read(tmp_path):
    with pytest.raises(KeyboardInterrupt), LinesWriter(tmp_path / "r.jsonl") as lines:
        lines.write(b"1")
        raise KeyboardInterrupt
    with pytest.raises(IndexDamagedError):
        Lines(tmp_path / "r.jsonl", bytes.decode)


@pytest.mark.parametrize("damage", ["lines missing", "lines cut off", "ends missing", "ends of nothing"])
def test_damage_names_the_command(path, damage):
    if damage == "lines missing":
        path.unlink()
    elif damage == "lines cut off":
        path.write_bytes(path.read_bytes()[:-2])
    elif damage == "ends missing":
        path.with_suffix(".npy").unlink()
    else:
        np.save(path.with_suffix(".npy"), np.array([], dtype=np.int64))
    with pytest.raises(IndexDamagedError, match="python -m ingest build"):
        Lines(path, bytes.decode)
