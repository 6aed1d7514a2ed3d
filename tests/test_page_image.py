import io
from dataclasses import replace

import pymupdf
import pytest
import sources
from PIL import Image

from assistant.page_image import page_images
from assistant.pdf import drawn_page
from ingest.errors import CorpusError

WORDS = "Cement leaked into the disc."


def pdf(rotation=0, password=""):
    """A PDF of two pages with words on the second, and the box of the words as a viewer shows them."""
    with pymupdf.open() as document:
        document.new_page()
        page = document.new_page(width=400, height=600)
        page.insert_text((60, 200), WORDS)
        page.set_rotation(rotation)
        (place,) = page.search_for(WORDS)
        box = tuple(pymupdf.Rect(place) * page.rotation_matrix)
        locked = {"encryption": pymupdf.PDF_ENCRYPT_AES_256, "user_pw": password} if password else {}
        return document.tobytes(**locked), box


def marked(picture):
    """The box of the marked part of a picture, as shares of its width and height."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    yellow = [
        (x, y)
        for x in range(image.width)
        for y in range(image.height)
        if image.getpixel((x, y))[2] < 220 < image.getpixel((x, y))[0]
    ]
    xs, ys = zip(*yellow, strict=True)
    return min(xs) / image.width, min(ys) / image.height, max(xs) / image.width, max(ys) / image.height


@pytest.mark.parametrize(("rotation", "size"), [(0, (400, 600)), (90, (600, 400)), (180, (400, 600))])
def test_the_words_are_marked_where_a_viewer_shows_them(rotation, size):
    content, box = pdf(rotation)
    shares = (box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1])
    assert marked(drawn_page(content, 2, [box])) == pytest.approx(shares, abs=0.01)


def test_a_picture_is_large_enough_for_fine_screens_and_no_larger():
    content, _ = pdf()
    image = Image.open(io.BytesIO(drawn_page(content, 2, [])))
    assert max(image.size) == 1600
    assert image.height / image.width == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize(
    ("content", "page"),
    [(pdf()[0], 3), (pdf()[0], 0), (b"no PDF", 1), (b"", 1), (pdf(password="x")[0], 2)],
    ids=["after the last", "before the first", "no PDF", "empty", "locked"],
)
def test_a_page_that_cannot_be_drawn_is_an_error(content, page):
    with pytest.raises(ValueError, match=r"locked|damaged"):
        drawn_page(content, page, [])


def test_a_page_is_drawn_in_a_process_of_its_own(tmp_path):
    content, box = pdf()
    (tmp_path / "a.pdf").write_bytes(content)
    source = replace(sources.source(), path="a.pdf")
    assert page_images(tmp_path)(source, 2, [box]) == drawn_page(content, 2, [box])


def test_a_page_of_a_file_that_is_gone_is_a_line_for_the_reader(tmp_path):
    with pytest.raises(CorpusError, match="Page 2 of s cannot be drawn. Open the original instead."):
        page_images(tmp_path)(replace(sources.source(), path="gone.pdf"), 2, [])
