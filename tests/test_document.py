"""What holds for every document of the project's corpus, and for its awkward places by name."""

import re

import pytest
from conftest import CORPUS
from sources import document

from ingest.chunk import ChunkConfig, chunk
from ingest.decoding import decode
from ingest.mapped_text import plain


@pytest.fixture(scope="module")
def files(documents):
    """The decoded file of each document, by source id."""
    return {d.source.id: decode((CORPUS / d.source.path).read_bytes(), "file")[0] for d in documents}


@pytest.fixture(scope="module")
def by_start(documents):
    """The documents by the first three characters of their id."""
    return {d.source.id[:3]: d for d in documents}


@pytest.fixture(scope="module")
def passages(documents):
    """The passages of each document, by the first three characters of its id."""
    return {d.source.id[:3]: chunk(d, ChunkConfig()) for d in documents}


def there(made, files, start, end):
    """The words of the file where a span of the document stands."""
    spans = made.file_spans(start, end)
    return plain(" ".join(files[made.source.id][first:last] for first, last in spans))


def test_blocks_follow_one_another_and_cover_the_text(documents):
    for made in documents:
        position = 0
        for block in made.blocks:
            assert not made.text[position : block.start].strip()
            assert block.start < block.end
            assert (block.pieces[0].start, block.pieces[-1].end) == (block.start, block.end)
            position = block.end
        assert position == len(made.text)


def test_every_block_is_what_stands_at_its_place_in_the_file(documents, files):
    for made in documents:
        for block in made.blocks:
            words = plain(made.text[block.start : block.end])
            assert there(made, files, block.start, block.end) == words


def test_every_sentence_of_every_passage_is_what_stands_at_its_place_in_the_file(documents, passages, files):
    checked = 0
    for made in documents:
        for passage in passages[made.source.id[:3]]:
            assert made.text[passage.start : passage.end] == passage.text
            for start, end in passage.sentences:
                quote = made.text[start:end]
                assert there(made, files, start, end) == plain(quote)
                assert quote in passage.text
                checked += 1
    assert checked > 200


def test_every_lead_in_is_what_stands_at_its_place_in_the_file(documents, passages, files):
    for made in documents:
        for lead in {lead for p in passages[made.source.id[:3]] for lead in p.lead_ins if lead}:
            assert there(made, files, *lead) == plain(made.text[slice(*lead)])


def test_the_map_to_the_file_covers_the_text_without_gap(documents, files):
    for made in documents:
        position = 0
        for start, length, file_start, file_length in made.runs:
            assert start == position and length > 0
            assert length == file_length or length == 1
            assert 0 <= file_start <= file_start + file_length <= len(files[made.source.id])
            position += length
        assert position == len(made.text)


def test_a_position_outside_the_text_is_refused(documents):
    for position in (-1, len(documents[0].text)):
        with pytest.raises(ValueError, match="outside"):
            documents[0].file_span(position)


def test_every_word_of_the_files_is_in_the_document(documents, files):
    """Nothing is lost but mark-up, list signs, rules and XML tags."""
    for made in documents:
        held = set(re.findall(r"\w{3,}", plain(made.text)))
        if made.source.format == "article-xml":
            continue
        links = re.sub(r"\]\([^)]*\)", "]", files[made.source.id])
        assert set(re.findall(r"\w{3,}", plain(links))) <= held


def test_sections_begin_at_their_headings_and_do_not_overlap(documents):
    for made in documents:
        ends = [section.start for section in made.sections[1:]] + [len(made.text)]
        for section, end in zip(made.sections, ends, strict=True):
            assert made.text.startswith(section.title, section.start)
            assert section.end == end
            assert made.section_at(section.start) == section


def test_a_blocks_section_is_the_one_that_holds_it(documents):
    for made in documents:
        for block in made.blocks:
            held = made.section_at(block.start)
            assert block.section == (made.sections.index(held) if held else -1)


@pytest.mark.parametrize(("source", "count"), [("000", 0), ("001", 0), ("002", 25), ("003", 0), ("004", 31)])
def test_references_are_parsed_whole_and_in_order(by_start, source, count):
    made = by_start[source]
    assert [reference.number for reference in made.references] == list(range(1, count + 1))
    for reference in made.references:
        assert made.text[reference.start : reference.end] == reference.text
        assert not reference.text[0].isdigit()


def test_references_carry_the_identifiers_that_they_print(by_start):
    references = by_start["002"].references
    assert (references[0].pmid, references[0].doi) == ("23509033", "10.1161/CIRCULATIONAHA.112.144535")
    assert references[1].doi == "10.26355/eurrev_201807_15370"
    assert references[4].doi == "" and references[4].pmid == "38064631"
    assert references[19].doi == "10.26355/eurrev_202205_28859"
    assert all(not re.search(r"[\\\]).,;]$|\\", reference.doi) for reference in references)


@pytest.mark.parametrize(
    ("printed", "doi"),
    [
        ("DOI: 10.1000/a.1.", "10.1000/a.1"),
        ("(doi:10.1000/a(1)2)", "10.1000/a(1)2"),
        ("[10.1016/S0140-6736(09)61010-1](https://doi.org/10.1016/x)", "10.1016/S0140-6736(09)61010-1"),
        ("https://doi.org/10.1000/S0140(09)", "10.1000/S0140(09)"),
        ("no DOI", ""),
    ],
)
def test_a_doi_ends_where_its_sentence_goes_on(printed, doi):
    made = document(f"It heals.\n\n## References\n\n- 1 Berg O. Bone. {printed}")
    assert made.references[0].doi == doi


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        pytest.param(
            "002",
            "In the case of PKP, the recovery effect of the vertebral anterior margin, operative time, and "
            "improvement of postoperative low back pain VAS did not show a significant difference between "
            "unilateral and bilateral punctures.",
            id="by figure 3",
        ),
        pytest.param(
            "002", "ensuring clear intraoperative visualization of the cement, and carefully", id="by a page"
        ),
        pytest.param(
            "004", "Moving on to moderate complications, these encompass occurrences", id="by a page"
        ),
        pytest.param("004", "such as its elasticity and compressive strength", id="by a page, inside a list"),
        pytest.param("004", "the procedure should be delayed until the infection improves", id="by a page"),
    ],
)
def test_sentences_cut_in_two_are_whole_again(by_start, passages, source, sentence):
    made = by_start[source]
    spans = [span for passage in passages[source] for span in passage.sentences]
    (found,) = [span for span in spans if sentence in made.text[slice(*span)]]
    assert len(made.file_spans(*found)) == 2


def test_rows_of_a_table_can_be_quoted_with_caption_and_heads(by_start, passages):
    made = by_start["002"]
    rows = {
        made.text[slice(*span)]: made.text[slice(*lead)]
        for passage in passages["002"]
        for span, lead in zip(passage.sentences, passage.lead_ins, strict=True)
        if "\t" in made.text[slice(*span)]
    }
    assert set(rows) == {
        "Triglyceride (mmol/L)\t3.94\t< 1.7",
        "Uric acid (μmol/L)\t649\t208-428",
        "Creatinine (μmol/L)\t229\t57-97",
        "C-reactive protein (mg/L)\t14.3\t≤ 5",
        "Erythrocyte sedimentation rate (mm/h)\t49\t< 15",
        "Urine protein\t1+\tNegative",
    }
    assert set(rows.values()) == {"Table 1 Abnormal test results\n\nTests\tResults\tNormal range"}


@pytest.mark.parametrize(
    ("source", "item", "lead_in"),
    [
        ("001", "Preparation: The patient", "involves the following steps:"),
        ("001", "Blood Clots: Any surgical", "Some of the potential risks include:"),
    ],
)
def test_items_are_quoted_whole_with_their_lead_in(by_start, passages, source, item, lead_in):
    made = by_start[source]
    pairs = [
        (made.text[slice(*span)], lead)
        for passage in passages[source]
        for span, lead in zip(passage.sentences, passage.lead_ins, strict=True)
    ]
    (lead,) = [lead for quote, lead in pairs if quote.startswith(item)]
    assert made.text[slice(*lead)].endswith(lead_in)


NO_CONTENT = {
    "000": ("Tehran University", "Yousefvand", "2538-2330", "2026", "https://", "MD Candidate"),
    "001": ("Skip to content", "Leave a Reply", "email address", "Required fields"),
    "002": (
        "Purpureocillium", "Gallbladder", "Moyamoya", "1837**", "AIMS AND SCOPE", "impact factor",
        "Reference Citation Analysis", "Production Editor", "Hassel", "Peer-review", "First decision",
        "Received:", "Yunnan", "maozi0314", "Key Words:", "©", "Citation:", "https://", "contributed equally",
        "Informed written consent", "nothing to disclose", "CARE Checklist", "Open-Access", "ORCID",
        "Gosev", "Circulation 2013", "PMID", "Potet", "Koll Center", "Help Desk",
    ),
    "003": ("Accessibility Tools", "Patient-Centered Care"),
    "004": (
        "Izvornik", "Repository", "Download date", "Režan", "Kispaticeva", "yahoo.com", "Correspondence",
        "contributed equally", "Keywords", "Citation", "Cory Xian", "Received", "Licensee",
        "Conceptualization", "external funding", "waived the requirement", "Not applicable",
        "contained within the article", "declare no conflict", "Beall", "CrossRef", "Publisher’s Note",
    ),
}  # fmt: skip


@pytest.mark.parametrize("source", NO_CONTENT)
def test_nothing_but_content_is_in_any_passage(passages, by_start, source):
    text = "\n".join(passage.text for passage in passages[source])
    for phrase in NO_CONTENT[source]:
        assert phrase not in text
        assert phrase in by_start[source].text or "**" in phrase


CONTENT = {
    "000": ("minimally invasive procedure", "eggshell technique", "effective management and prevention"),
    "001": ("comprehensive guide", "hardens quickly", "Blood Clots", "10 years", "valuable tool"),
    "002": (
        "pivotal intervention", "Core Tip", "138 articles", "herpes zoster", "120/78 mmHg", "ceftriaxone",
        "pancreatic cancer", "Schmorl nodes", "Lu et al[20]", "thermal injury", "swift action", "A and B:",
        "Axial view",
    ),
    "003": ("minimally-invasive", "live X-ray imaging", "24 hours", "nursing staff"),
    "004": (
        "single medical center", "bone morphogenetic", "type B", "femoral neuropathy", "azygos", "tobramycin",
        "costovertebral", "Outpatient clinic", "devising treatment", "minimize the risk", "L4 radiculopathy",
        "subpleural", "spondylodiscitis",
    ),
}  # fmt: skip


@pytest.mark.parametrize("source", CONTENT)
def test_all_content_is_in_some_passage(passages, source):
    text = "\n".join(passage.text for passage in passages[source])
    assert [phrase for phrase in CONTENT[source] if phrase not in text] == []


def test_every_block_of_content_is_in_a_passage_or_leads_one_in(documents, passages):
    for made in documents:
        found = passages[made.source.id[:3]]
        leads = {lead for passage in found for lead in passage.lead_ins if lead}
        for block in made.blocks:
            if block.left_out or block.kind == "heading":
                continue
            inside = any(p.start <= block.start and block.end <= p.end for p in found)
            cut = {s for p in found for s in p.sentences if block.start <= s[0] and s[1] <= block.end}
            assert inside or cut or any(start <= block.start < end for start, end in leads)


def test_sections_are_named_by_their_path(by_start):
    paths = [section.path for section in by_start["004"].sections]
    assert "3. Extravasation of Cement › 3.2. New Vertebral Fractures" in paths
    assert [s.path for s in by_start["000"].sections] == ["", "Abstract"]
    assert "Abstract › CASE SUMMARY" in [s.path for s in by_start["002"].sections]
