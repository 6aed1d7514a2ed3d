"""Whatever a page looks like, the boxes of a quote hold its words and nothing else on the page moves them."""

import pymupdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources import source

from ingest.chunk import ChunkConfig, chunk
from ingest.document import make_document
from ingest.parse import parse
from tools.awkward import check_boxes, misplaced

WORD = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäéø0123456789-%"), min_size=1, max_size=12)
SENTENCE = st.lists(WORD, min_size=3, max_size=12).map(lambda words: " ".join(words).capitalize() + ".")
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=6).map(" ".join)


@st.composite
def pages(draw):
    """A PDF of one or two pages with paragraphs in one or two columns, turned and cropped as it may be."""
    file = pymupdf.open()
    for _ in range(draw(st.integers(1, 2))):
        page = file.new_page()
        columns = draw(st.integers(1, 2))
        size = draw(st.sampled_from([7, 10, 14]))
        for column in range(columns):
            width = 480 // columns
            box = pymupdf.Rect(60 + column * width, 80, 40 + (column + 1) * width, 780)
            style = f"font-size:{size}px;text-align:{draw(st.sampled_from(['left', 'justify']))}"
            html = "".join(f"<p>{text}</p>" for text in draw(st.lists(PARAGRAPH, min_size=1, max_size=4)))
            page.insert_htmlbox(box, f'<div style="{style}">{html}</div>', scale_low=0)
        if draw(st.booleans()):
            page.set_cropbox(pymupdf.Rect(20, 30, 560, 800))
        page.set_rotation(draw(st.sampled_from([0, 90, 180, 270])))
    return file.tobytes()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(pages())
def test_the_boxes_of_every_quote_hold_its_words(pdf):
    made = make_document(parse(pdf, "pdf", "s.pdf"), source("pdf"))
    passages = chunk(made, ChunkConfig())
    checked, bad = check_boxes(made, passages, pdf, "")
    assert bad == []
    assert checked == sum(len(passage.sentences) for passage in passages)
    assert misplaced(made, made.layer) is None
    shown = {page.number: (page.width, page.height) for page in made.pages}
    for block in made.blocks:
        for number, x0, y0, x1, y1 in made.boxes(block.start, block.end):
            width, height = shown[number]
            assert -1 <= x0 <= x1 <= width + 1 and -1 <= y0 <= y1 <= height + 1
