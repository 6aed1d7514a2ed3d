import json
from dataclasses import replace

import anyio
import pytest
from fake_assistant import RATE, Corpus, FakeAssistant, corpus
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_render_html import parse

from assistant import library_routes as routes_module
from assistant.library_routes import library_routes
from assistant.render_library import Added
from assistant.results import RELEASED, read_results
from ingest.errors import CorpusError

SITE = {"origin": "http://testserver"}


def client_of(upload=None, results=RELEASED, assistant=None):
    routes = library_routes(assistant or FakeAssistant(), upload, results)
    return TestClient(Starlette(routes=routes))


@pytest.fixture
def library():
    return parse(client_of().get("/library").text)


class Uploads:
    """Takes documents and keeps them; refuses those that are empty."""

    def __init__(self):
        self.taken = []

    def __call__(self, name, content, given):
        if not content:
            raise CorpusError(f"{name} is empty.")
        if content == b"defect":
            raise KeyError("secret words")
        self.taken.append((name, content, given))
        source = replace(next(iter(corpus().values())).source, id="new", title="<b>A paper</b>", authors=())
        return Added(name, source, ("note: page 3: two columns",))


def test_the_library_lists_each_source_with_its_record(library):
    assert [s.all("h2")[0].text for s in library.all("section", "source")] == [
        document.source.label for document in corpus().values()
    ]
    record = library.all("section", "source")[2].all("dl")[0].text
    for words in ("Zi Mao, Zhi-Hong Xiong", "World Journal of Clinical Cases 12(10):1837-1843", "2024-04-06",
                  "externally peer reviewed", "CC BY-NC 4.0", "08069e119b4af16c"):  # fmt: skip
        assert words in record


def test_the_library_says_what_was_left_out_of_each_source_and_why(library):
    (details,) = library.all("section", "source")[2].all("details")
    reasons = {block.left_out for block in list(corpus().values())[2].blocks if block.left_out}
    assert "reference list: kept to resolve reference markers" in reasons
    for reason in reasons:
        assert reason in details.text


def results_file(folder, corpus):
    """A file of results with one measure on each split and one on the test split alone."""
    recall = {"value": 0.585, "low": 0.53, "high": 0.64, "cases": 192}
    words = {"value": 80.4, "low": 75.0, "high": 90.0, "cases": 192}
    measured = {"development": {"recall": recall}, "test": {"recall": recall, "words shown": words}}
    path = folder / "latest.json"
    path.write_text(json.dumps({"corpus": corpus, "systems": [{"measured": measured}]}), "utf-8")
    return path


def test_the_library_names_the_version_of_the_corpus_and_the_measured_results(tmp_path):
    page = parse(client_of(results=results_file(tmp_path, "0" * 64)).get("/library").text)
    assert "corpus version 000000000000" in page.text
    assert [head.text for head in page.all("thead")[0].all("th")] == ["measure", "development", "test"]
    assert [[cell.text for cell in row.all()] for row in page.all("tbody")[0].all("tr")] == [
        ["recall", "0.585 (0.530 to 0.640)", "0.585 (0.530 to 0.640)"],
        ["words shown", "–", "80 (75 to 90)"],
    ]
    assert "another version" not in page.text


def test_the_released_results_are_told_in_plain_words():
    page = parse(client_of().get("/library").text)
    (exact, *_) = [item.text for item in page.all("li") if "character by character" in item.text]
    assert exact == "quotes that are the source's own words, character by character: 100 % (100 to 100)"


def test_results_of_another_corpus_are_said_to_be_such(tmp_path):
    page = client_of(results=results_file(tmp_path, "f" * 64)).get("/library").text
    assert "measured on another version of the corpus" in page


@pytest.mark.parametrize(
    "content",
    [None, "", "[]", "{", '{"systems": []}', '{"systems": [{"measured": {"test": {"a": 3}}}], "corpus": ""}'],
)
def test_without_results_the_library_says_so(content, tmp_path):
    path = tmp_path / "latest.json"
    if content is not None:
        path.write_text(content, "utf-8")
    assert read_results(path) is None
    assert "No evaluation report is shipped" in client_of(results=path).get("/library").text


def test_a_document_is_shown_whole_with_what_was_left_out_and_a_quote_marked():
    document = next(d for d in corpus().values() if RATE in d.text)
    start = document.text.index(RATE)
    client = client_of()
    reply = client.get(f"/library/{document.source.id}", params={"start": start, "end": start + len(RATE)})
    page = parse(reply.text)
    (mark,) = page.all("mark")
    assert (mark.text, mark.attributes["id"]) == (RATE, "quote")
    shown = [b.text for b in page.all(name="document")[0].all() if b.tag in ("p", "h2")]
    assert shown == [document.text[block.start : block.end] for block in document.blocks]
    assert any("Left out: back matter" in details.all("summary")[0].text for details in page.all("details"))


@pytest.mark.parametrize(
    "query", ["", "?start=a&end=b", "?start=5", "?start=9999999&end=99999999", "?start=9&end=1"]
)
def test_a_document_is_shown_without_a_mark_where_no_quote_is_named(query):
    reply = client_of().get(f"/library/{list(corpus())[2]}{query}")
    assert reply.status_code == 200
    assert parse(reply.text).all("mark") == []


def test_every_document_of_the_corpus_is_shown():
    for name in corpus():
        assert client_of().get(f"/library/{name}").status_code == 200


def test_a_large_library_is_shown_in_parts():
    one = list(corpus().values())[4]
    assistant = FakeAssistant()
    assistant.index = Corpus(
        {f"s{n}": replace(one, source=replace(one.source, id=f"s{n}")) for n in range(120)}
    )
    client = client_of(assistant=assistant)

    def part(query):
        page = parse(client.get(f"/library{query}").text)
        ids = [section.attributes["id"] for section in page.all("section", "source")]
        return (
            ids[0],
            ids[-1],
            [link.attributes["href"] for link in page.all("a") if "part=" in str(link.attributes)],
        )

    assert part("") == part("?part=0") == part("?part=x") == ("s0", "s49", ["/library?part=2"])
    assert part("?part=2") == ("s50", "s99", ["/library?part=1", "/library?part=3"])
    assert part("?part=3") == part("?part=99") == ("s100", "s119", ["/library?part=2"])
    assert "120 sources" in client.get("/library").text


def test_an_unknown_document_is_told():
    reply = client_of().get("/library/nothing")
    assert reply.status_code == 404
    assert "no such source" in reply.text


@pytest.mark.parametrize(("ending", "begins"), [("ris", "TY  - "), ("bib", "@article{")])
def test_the_references_of_all_sources_are_at_hand(ending, begins):
    reply = client_of().get(f"/library/references.{ending}")
    assert reply.text.startswith(begins)
    assert "attachment" in reply.headers["content-disposition"]


def test_about_says_what_it_is_for_and_its_limits():
    text = parse(client_of().get("/about").text).text
    for words in (
        "Not for emergencies, not for patients",
        "Known limits",
        "Clinicians who look something up",
    ):
        assert words in text


def test_nobody_adds_documents_unless_it_is_allowed():
    assert "Add a document" not in client_of().get("/library").text
    files = {"file": ("a.txt", b"text")}
    assert client_of().post("/library", files=files, headers=SITE).status_code == 403


def test_an_allowed_document_is_added_and_the_page_says_so():
    uploads = Uploads()
    client = client_of(uploads)
    assert "Add a document" in client.get("/library").text
    reply = client.post(
        "/library",
        files={"file": ("../paper.txt", b"text")},
        data={"title": " A paper ", "kind": "case report", "sha256": "x"},
        headers=SITE,
    )
    (said,) = [part for part in parse(reply.text).all("div") if part.attributes.get("role") == "status"]
    assert said.text.startswith("paper.txt was added as <b>A paper</b>")
    assert [link.attributes["href"] for link in said.all("a")] == ["/library/new", "/"]
    assert "narrative review" in said.all(name="badges")[0].text
    assert "note: page 3: two columns" in said.text
    assert uploads.taken == [("paper.txt", b"text", {"title": "A paper", "kind": "case report"})]


def test_the_password_of_a_file_goes_along_as_it_was_typed_and_is_shown_nowhere():
    uploads = Uploads()
    client = client_of(uploads)
    (field,) = [
        field
        for field in parse(client.get("/library").text).all("input")
        if field.attributes.get("name") == "password"
    ]
    assert (field.attributes["type"], field.attributes["autocomplete"]) == ("password", "off")
    files = {"file": ("a.pdf", b"text")}
    data = {"title": "", "kind": "", "about": "", "password": " open sesame "}
    reply = client.post("/library", files=files, data=data, headers=SITE)
    assert uploads.taken == [("a.pdf", b"text", {"password": " open sesame "})]
    assert "sesame" not in reply.text


def test_why_a_document_cannot_be_added_is_one_line():
    reply = client_of(Uploads()).post("/library", files={"file": ("a.txt", b"")}, headers=SITE)
    assert "a.txt is empty." in parse(reply.text).text


def test_a_document_that_is_too_large_is_refused_before_it_is_read():
    uploads = Uploads()
    sent = {"content-length": "60000000", "content-type": "multipart/form-data; boundary=x"}
    reply = client_of(uploads).post("/library", content=b"", headers=SITE | sent)
    assert "The file is larger than 50 MB." in parse(reply.text).all(name="problem")[0].text
    assert uploads.taken == []


FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


def sent_in_pieces(pieces, upload):
    """The reply to a form whose length nobody says, and how many of its pieces were taken."""
    application = Starlette(routes=library_routes(FakeAssistant(), upload))
    headers = SITE | {"host": "testserver", "content-type": "multipart/form-data; boundary=x"}
    scope = {
        "type": "http", "method": "POST", "path": "/library", "query_string": b"", "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    taken, reply = [], []

    async def receive():
        piece = next(pieces, None)
        if piece is None:
            await anyio.sleep_forever()
        taken.append(piece)
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message):
        reply.append(message)

    async def exchange():
        with anyio.fail_after(30):
            await application(scope, receive, send)

    anyio.run(exchange)
    headers = dict(reply[0]["headers"])
    return b"".join(message.get("body", b"") for message in reply[1:]).decode(), headers, len(taken)


def test_a_document_whose_length_nobody_says_is_refused_as_soon_as_it_is_too_large(monkeypatch):
    monkeypatch.setattr(routes_module, "_MOST_BYTES", 1_000_000)
    uploads = Uploads()
    pieces = iter([FORM, *[b"a" * 100_000] * 100])
    page, headers, taken = sent_in_pieces(pieces, uploads)
    assert "The file is larger than" in parse(page).all(name="problem")[0].text
    assert headers[b"connection"] == b"close"
    assert (taken < 15, uploads.taken) == (True, [])


def test_a_document_that_does_not_arrive_in_time_is_refused(monkeypatch):
    monkeypatch.setattr(routes_module, "_MOST_SECONDS", 0.2)
    uploads = Uploads()
    page, headers, _ = sent_in_pieces(iter([FORM, b"a"]), uploads)
    assert "The file did not arrive in" in parse(page).all(name="problem")[0].text
    assert (headers[b"connection"], uploads.taken) == (b"close", [])


def test_a_defect_while_adding_is_a_line_and_the_log_does_not_hold_the_document(caplog):
    reply = client_of(Uploads()).post("/library", files={"file": ("a.txt", b"defect")}, headers=SITE)
    assert "because of a defect" in parse(reply.text).all(name="problem")[0].text
    assert caplog.messages[0].startswith("KeyError at ") and "secret" not in caplog.text + reply.text


def test_a_form_without_a_file_is_told():
    reply = client_of(Uploads()).post("/library", data={"title": "x"}, headers=SITE)
    assert "Choose a file to add." in reply.text


def test_a_form_that_gives_no_origin_is_taken_if_the_browser_says_that_it_is_of_this_site():
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    reply = client_of(Uploads()).post("/library", files={"file": ("a.txt", b"text")}, headers=headers)
    assert "a.txt was added" in parse(reply.text).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        SITE | {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_add_a_document(headers):
    uploads = Uploads()
    reply = client_of(uploads).post("/library", files={"file": ("a.txt", b"text")}, headers=headers)
    assert (reply.status_code, uploads.taken) == (403, [])
