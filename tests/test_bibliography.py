from dataclasses import replace

import pytest
from fake_assistant import corpus

from assistant.bibliography import FIELDS, asked_fields, findings, meant_sources
from ingest.records import Block, Document, Piece

DOCUMENTS = tuple(corpus().values())
SOURCES = tuple(document.source for document in DOCUMENTS)


def document(start):
    return next(item for item in DOCUMENTS if item.source.id.startswith(start))


def found(name, start):
    field = next(field for field in FIELDS if field.name == name)
    return findings(field, document(start))


def quotes(finding):
    return [finding.document.text[slice(*span)] for span in finding.spans]


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        pytest.param("Who wrote this leaflet?", ["Authors"], id="who wrote"),
        pytest.param("How many authors does it have?", ["Authors"], id="number of authors"),
        pytest.param("Which journal is that from?", ["Journal"], id="journal"),
        pytest.param("When was the manuscript submitted?", ["Received"], id="submitted"),
        pytest.param("When was the paper accepted?", ["Accepted"], id="accepted"),
        pytest.param("What is its date of publication?", ["Published"], id="publication"),
        pytest.param("Does it have a DOI?", ["DOI"], id="DOI"),
        pytest.param("May I redistribute the text?", ["Licence"], id="reuse"),
        pytest.param("Was any of this peer-reviewed?", ["Peer review"], id="peer review"),
        pytest.param("Who sponsored the review?", ["Funding"], id="funding"),
        pytest.param("Are competing interests declared?", ["Conflicts of interest"], id="interests"),
        pytest.param("Which key words are given?", ["Keywords"], id="keywords"),
        pytest.param("What is the title of the second paper?", ["Title"], id="title"),
        pytest.param("Which pages does it fill?", ["Issue"], id="pages"),
        pytest.param("How old is the case report?", ["Published"], id="age of a document"),
        pytest.param("How recent are these sources?", ["Published"], id="age of all"),
        pytest.param("When was the review on embolism published?", ["Published"], id="what it is about"),
        pytest.param("In which year was Prutki's paper written?", ["Published"], id="year"),
        pytest.param("When was it received and accepted?", ["Received", "Accepted"], id="two dates"),
        pytest.param("Where do the authors of the review work?", ["Affiliations"], id="work"),
        pytest.param("Where do Zi Mao and Jun-Feng Li work?", ["Affiliations"], id="work of one"),
        pytest.param("Which hospital are the authors from?", ["Affiliations"], id="hospital"),
        pytest.param("Who are the authors of the review?", ["Authors"], id="authors"),
        pytest.param("Who is the first author of the review?", ["Authors"], id="first author"),
        pytest.param("By whom was the case report written?", ["Authors"], id="by whom"),
    ],
)
def test_a_question_about_a_document_names_its_field(question, fields):
    assert [field.name for field in asked_fields(question)] == fields


@pytest.mark.parametrize(
    "question",
    [
        "Do cement volume and viscosity affect leakage?",
        "When must written consent be obtained?",
        "When is a small leak accepted as harmless?",
        "When are antibiotics received?",
        "Is vertebroplasty a licensed procedure?",
        "Who reported rib fractures?",
        "Where were the results of vertebroplasty published?",
        "How old is the patient in the case report?",
        "How old is the patient in report one?",
        "How new are the fractures in the case report?",
        "How old was the woman of the review when the report was made?",
        "What did the authors conclude from the case?",
        "What did the authors of the review conclude?",
        "What did the first author do?",
        "In the case report, when had the patient received antibiotics?",
        "When was the report's patient received?",
        "When was cement leakage accepted as harmless in this review?",
        "When was vertebroplasty first published in a study?",
        "Which year are the patients of this study from?",
        "Which hospital treated the patient in the case report?",
        "Which country has the most operations according to the review?",
        "By whom is the procedure performed?",
        "Should consent be written by the patient?",
        "Where does the cement work?",
        "Does the review advise to reuse needles?",
        "Which issue does the review discuss first?",
        "Who paid for the treatment of the patient in the report?",
        "Who reported the complication in this case report?",
        "What correspondence of images and symptoms does the study find?",
        pytest.param("Which patients should not be treated?", id="patients"),
        pytest.param("What cement volume is safe?", id="volume of cement"),
        pytest.param("When do symptoms of embolism begin?", id="when"),
        pytest.param("How many levels were treated?", id="how many"),
        pytest.param("Which country has the most operations?", id="country"),
        pytest.param("Which nerve is at risk?", id="which"),
    ],
)
def test_a_question_about_content_names_no_field(question):
    assert asked_fields(question) == ()


@pytest.mark.parametrize(
    ("question", "start"),
    [
        pytest.param("Who wrote the case report?", "002", id="kind"),
        pytest.param("What does Prutki's paper cite?", "004", id="author"),
        pytest.param("What is the DOI of the Dumić-Cule article?", "004", id="author with an accent"),
        pytest.param("Who wrote the article of 2026?", "000", id="year"),
        pytest.param("When did the Medicina article come out?", "004", id="journal"),
        pytest.param("Is the leaflet peer reviewed?", "003", id="other word for the kind"),
        pytest.param("Who wrote the website?", "001", id="website"),
        pytest.param("Who wrote the abstract?", "000", id="abstract"),
        pytest.param("Who wrote about paraplegia?", "002", id="word of the title"),
    ],
)
def test_the_document_that_is_meant_is_told_by_its_marks(question, start):
    assert meant_sources(question, SOURCES, ()) == (document(start).source,)


def test_without_a_mark_the_documents_quoted_before_are_meant_else_all():
    earlier = (document("003").source.id, document("001").source.id)
    assert meant_sources("Who wrote it?", SOURCES, earlier) == (SOURCES[1], SOURCES[3])
    assert meant_sources("Who wrote it?", SOURCES, ()) == SOURCES


def test_a_mark_counts_more_than_what_was_quoted_before():
    earlier = (document("003").source.id,)
    assert meant_sources("Who wrote the case report?", SOURCES, earlier) == (SOURCES[2],)


@pytest.mark.parametrize(
    ("name", "start", "value", "quote"),
    [
        pytest.param(
            "Authors",
            "002",
            "Zi Mao, Zhi-Hong Xiong, Jun-Feng Li",
            "Zi Mao, Zhi-Hong Xiong, Jun-Feng Li",
            id="authors",
        ),
        pytest.param("Received", "002", "2024-01-02", "Received: January 2, 2024", id="date in words"),
        pytest.param("Accepted", "000", "2026-01-26", "2026 01 26", id="date in a record"),
        pytest.param("Published", "004", "2023-08-25", "Published: 25 August 2023", id="published"),
        pytest.param(
            "DOI",
            "002",
            "10.12998/wjcc.v12.i10.1837",
            "DOI: https://dx.doi.org/10.12998/wjcc.v12.i10.1837",
            id="DOI",
        ),
        pytest.param(
            "Journal",
            "000",
            "Journal of Orthopedic and Spine Trauma",
            "Journal of Orthopedic and Spine Trauma",
            id="journal",
        ),
        pytest.param(
            "Title",
            "004",
            "Complications of Percutaneous Vertebroplasty: A Pictorial Review",
            "Complications of Percutaneous Vertebroplasty: A Pictorial Review",
            id="title",
        ),
    ],
)
def test_a_value_is_found_with_the_place_where_the_document_states_it(name, start, value, quote):
    finding = found(name, start)
    assert finding.value == value
    assert quotes(finding) == [quote]


@pytest.mark.parametrize(
    ("name", "start", "words"),
    [
        pytest.param("Keywords", "004", "spondylodiscitis", id="keywords"),
        pytest.param("Funding", "004", "no external funding", id="funding"),
        pytest.param("Conflicts of interest", "002", "nothing to disclose", id="interests"),
        pytest.param("Corresponding author", "004", "ivodc1@gmail.com", id="correspondence"),
        pytest.param("Affiliations", "002", "Yunnan University", id="affiliations"),
    ],
)
def test_a_field_that_the_manifest_lacks_is_what_the_document_says(name, start, words):
    finding = found(name, start)
    assert words in finding.value
    assert finding.value == "; ".join(quotes(finding))


@pytest.mark.parametrize(
    ("name", "start"),
    [
        pytest.param("Authors", "001", id="no authors"),
        pytest.param("Published", "003", id="no date"),
        pytest.param("DOI", "000", id="no DOI"),
        pytest.param("Funding", "001", id="no funding"),
        pytest.param("Licence", "003", id="no licence"),
    ],
)
def test_what_a_document_does_not_state_is_not_found(name, start):
    assert found(name, start) is None


def test_peer_review_is_answered_from_the_manifest_where_the_document_is_silent():
    finding = found("Peer review", "003")
    assert finding.value.startswith("no: ") and finding.spans == ()
    assert found("Peer review", "002").value.startswith("yes: ")


def test_no_quote_is_content_that_is_retrieved():
    for field in FIELDS:
        for item in DOCUMENTS:
            finding = findings(field, item)
            for start, end in finding.spans if finding else ():
                block = next(block for block in item.blocks if block.start <= start < end <= block.end)
                assert block.left_out or block.kind == "heading", (field.name, item.source.id)


def test_a_long_paragraph_is_cut_to_the_sentence_that_holds_the_value():
    sentence = "It has the DOI 10.5/example and no date."
    text = "Words of the masthead stand here. " * 30 + sentence + " More words follow." * 10
    block = Block("paragraph", 0, len(text), (Piece(0, len(text)),), 0, "masthead")
    source = replace(document("002").source, doi="10.5/example")
    long = Document(source, text, (block,), (), (), (), ((0, len(text), 0, len(text)),))
    assert quotes(findings(next(field for field in FIELDS if field.name == "DOI"), long)) == [sentence]


def with_masthead(text, **fields):
    """A document of one line that is left out, with a record of these fields."""
    block = Block("paragraph", 0, len(text), (Piece(0, len(text)),), 0, "masthead")
    source = replace(document("002").source, **fields)
    return Document(source, text, (block,), (), (), (), ((0, len(text), 0, len(text)),))


@pytest.mark.parametrize(
    ("name", "fields", "line"),
    [
        pytest.param("Authors", {"authors": ("José Muñoz",)}, "Jose Munoz wrote it", id="record alone"),
        pytest.param("Authors", {"authors": ("José Muñoz",)}, "José Muñoz wrote it", id="both"),
        pytest.param("Authors", {"authors": ("Jose Munoz",)}, "José Muñoz wrote it", id="text alone"),
        pytest.param("Journal", {"journal": "Révue d'Os"}, "In: Révue d'Os", id="journal"),
        pytest.param("Title", {"title": "Über Brüche"}, "Über Brüche", id="title"),
    ],
)
def test_a_value_is_found_with_and_without_its_accents(name, fields, line):
    field = next(field for field in FIELDS if field.name == name)
    assert quotes(findings(field, with_masthead(line, **fields))) == [line]


@pytest.mark.parametrize("question", ["Is the Révue d'Os peer reviewed?", "Is the Revue d'Os peer reviewed?"])
def test_a_journal_with_an_accent_is_told_by_its_name_with_and_without_it(question):
    meant = replace(document("002").source, journal="Révue d'Os")
    assert meant_sources(question, (SOURCES[0], meant), ()) == (meant,)


@pytest.mark.parametrize(
    ("fields", "line", "found"),
    [
        pytest.param({"volume": "", "issue": "", "pages": "", "year": None}, "(): | None, 3", [], id="none"),
        pytest.param({"volume": "", "year": 2024}, "On 5 May 2024, we wrote", [], id="no volume"),
        pytest.param({"volume": "12", "issue": "", "year": 2024}, "J 2024, 12", ["J 2024, 12"], id="volume"),
        pytest.param({"volume": "12", "issue": "", "year": None}, "None, 12", [], id="no year"),
    ],
)
def test_the_issue_is_looked_for_only_by_what_the_record_holds(fields, line, found):
    finding = findings(next(f for f in FIELDS if f.name == "Issue"), with_masthead(line, **fields))
    assert (quotes(finding) if finding else []) == found
