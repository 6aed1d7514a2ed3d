"""Files are read in a process that can be ended: whatever a file does, there is a document or one line."""

import io
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pymupdf
import pytest
from pdfs import made, paper, protected
from sources import source

from ingest.errors import ParseError, PasswordError
from ingest.limits import Limits
from ingest.sandbox import ParsingProcess

ROOT = Path(__file__).parent.parent
TEXT = b"# Leaks\n\nLeaks are rare in all of the patients.\n"


@pytest.fixture
def process():
    with ParsingProcess() as running:
        yield running


def one_line(error):
    return "\n" not in str(error.value) and "Traceback" not in str(error.value)


def test_a_document_comes_back_as_it_was_made(process):
    doc = process.document(TEXT, source("markdown", "Leaks"))
    assert doc.text == "Leaks\n\nLeaks are rare in all of the patients."
    assert doc.source == source("markdown", "Leaks")


def test_one_process_reads_many_files(process):
    process.document(TEXT, source())
    first = process.pid
    process.document(TEXT, source())
    assert process.pid == first


def test_a_file_is_examined_before_it_has_an_entry(process):
    seen = process.examine(paper(), "paper.pdf")
    assert (seen.format, seen.pages) == ("pdf", 3)
    assert seen.words > 50 and len(seen.sha256) == 64
    assert seen.proposal.title == "Cement leakage after kyphoplasty"
    assert seen.proposal.found_in["title"] == "page 1"


def test_a_wrong_file_is_an_error_and_the_next_one_is_read(process):
    with pytest.raises(ParseError, match=r"s\.txt is not well-formed XML") as error:
        process.document(b"<a>", source("article-xml"))
    assert one_line(error)
    assert process.document(TEXT, source()).text


def test_a_password_opens_a_file_and_is_part_of_nothing_that_comes_back(process):
    with pytest.raises(PasswordError):
        process.examine(protected("opensesame"), "s.pdf")
    seen = process.examine(protected("opensesame"), "s.pdf", "opensesame")
    doc = process.document(protected("opensesame"), source("pdf", path="s.pdf"), "opensesame")
    assert "opensesame" not in repr(seen) + repr(doc)


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_read():
    with ParsingProcess(Limits(seconds=0.02)) as process:
        with pytest.raises(ParseError, match=r"s\.txt was not read within 0\.02 seconds.*Split it") as error:
            process.document(TEXT, source())
        assert one_line(error)
        assert process.pid is None
    with ParsingProcess() as process:
        assert process.document(TEXT, source()).text


def test_a_reading_that_hangs_is_ended_with_its_process():
    with ParsingProcess(Limits(seconds=4)) as process:
        process.document(TEXT, source())
        hanging = process.pid
        os.kill(hanging, signal.SIGSTOP)
        with pytest.raises(ParseError, match="was given up"):
            process.document(TEXT, source())
        assert not Path(f"/proc/{hanging}").exists()
        assert process.document(TEXT, source()).text


def test_the_process_is_told_nothing_of_the_settings_around_it(process, monkeypatch):
    monkeypatch.setenv("ASSISTANT_API_KEYS", "never to be told")
    process.document(TEXT, source())
    assert b"never to be told" not in Path(f"/proc/{process.pid}/environ").read_bytes()


def test_a_program_that_is_ended_midway_is_started_again(process):
    process.document(TEXT, source())
    os.kill(process.pid, signal.SIGSTOP)  # it takes the request and never answers
    os.kill(process.pid, signal.SIGKILL)
    os.kill(process.pid, signal.SIGCONT)
    try:
        assert process.document(TEXT, source()).text
    except ParseError as error:  # it was ended after the request was sent
        assert "broke the program that reads it" in str(error)
    assert process.document(TEXT, source()).text


def test_a_file_that_takes_too_much_memory_is_refused_in_one_line():
    with (
        ParsingProcess(Limits(memory_bytes=60_000_000)) as process,
        pytest.raises(ParseError, match=r"s\.pdf") as error,
    ):
        process.document(paper(), source("pdf", path="s.pdf"))
    assert one_line(error)


def test_a_file_that_is_too_large_is_not_even_handed_over():
    with (
        ParsingProcess(Limits(file_bytes=1_000_000)) as process,
        pytest.raises(ParseError, match="has 2 MB, more than the 1 MB that are read"),
    ):
        process.examine(b"x" * 2_000_000, "large.txt")
    assert process.pid is None


def test_text_beyond_the_limit_of_the_answer_is_refused():
    with (
        ParsingProcess(Limits(answer_bytes=500)) as process,
        pytest.raises(ParseError, match="holds more text than is read"),
    ):
        process.document(TEXT * 40, source())


def test_an_archive_that_unpacks_to_more_than_the_limit_is_not_unpacked(process):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:document/>")
        with archive.open("word/media/a.bin", "w", force_zip64=True) as part:
            for _ in range(60):
                part.write(bytes(10_000_000))
    with pytest.raises(ParseError, match="unpacks to 600 MB.*more than the 500 MB") as error:
        process.examine(bomb.getvalue(), "bomb.docx")
    assert one_line(error)


def test_elements_nested_a_thousand_deep_are_refused(process):
    deep = b"<article><front/>" + b"<p>" * 5000 + b"x" + b"</p>" * 5000 + b"</article>"
    with pytest.raises(ParseError, match="nested more than") as error:
        process.examine(deep, "deep.xml")
    assert one_line(error)


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param("import socket; socket.create_connection(('127.0.0.1', 9))", id="connection"),
        pytest.param("import socket; socket.getaddrinfo('example.org', 80)", id="name"),
        pytest.param("open('/tmp/written-by-a-document', 'w')", id="writing"),
        pytest.param("import os; os.remove('/tmp/written-by-a-document')", id="removing"),
        pytest.param("import os; os.system('true')", id="shell"),
        pytest.param("import subprocess; subprocess.run(['true'])", id="program"),
        pytest.param("import os; os.fork()", id="copy of itself"),
    ],
)
def test_the_process_refuses_what_reading_does_not_need(attempt):
    program = f"import sys; from ingest.parse_worker import guard; sys.addaudithook(guard)\n{attempt}"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert "PermissionError: reading a file may not" in run.stderr


def test_a_pdf_with_scripts_and_links_is_read_and_does_nothing(process):
    def draw(page, number):
        page.insert_text((72, 100), "Leaks are rare in all of the patients of the ward.")
        page.insert_link({"kind": 2, "from": page.rect, "uri": "http://192.0.2.1/"})
        field = pymupdf.Widget()
        field.field_name, field.field_type = "sum", pymupdf.PDF_WIDGET_TYPE_TEXT
        field.rect, field.field_value = pymupdf.Rect(72, 120, 300, 140), "as it was filled in"
        field.script_calc = field.script_format = 'event.value = "written by a script";'
        page.add_widget(field)

    file = pymupdf.open("pdf", made(draw))
    script = (
        "(this.getField\\('sum'\\).value = 'written by a script'; app.launchURL\\('http://192.0.2.1/'\\);)"
    )
    file.xref_set_key(file.pdf_catalog(), "OpenAction", f"<</S/JavaScript/JS{script}>>")
    text = process.document(file.tobytes(), source("pdf", path="s.pdf")).text
    assert "Leaks are rare" in text and "as it was filled in" in text
    assert "written by a script" not in text


def test_an_archive_that_lies_about_its_size_ends_within_the_limits():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:document/>" + bytes(200_000_000))
    content = bomb.getvalue()
    size = (200_000_013).to_bytes(4, "little")
    assert content.count(size) == 2
    with (
        ParsingProcess(Limits(memory_bytes=400_000_000, seconds=60)) as process,
        pytest.raises(ParseError) as error,
    ):
        process.examine(content.replace(size, (100).to_bytes(4, "little")), "bomb.docx")
    assert one_line(error)
