"""PDF files to blocks: pages in reading order, a text layer, and the place of each character on its page."""

from collections.abc import Sequence

from ingest.errors import ParseError
from ingest.limits import Limits
from ingest.pages import Page
from ingest.parsed import Parsed
from ingest.pdf_blocks import blocks
from ingest.pdf_file import PdfFile
from ingest.pdf_ocr import MOST_PAGES, Ocr, installed
from ingest.pdf_parts import Part
from ingest.pdf_proposal import propose
from ingest.pdf_report import PageFacts, garbled, is_scan, report
from ingest.pdf_units import Units
from ingest.records import Note

# Files with more pages are read without layout analysis, by the rules for type and place alone. Source: the
# analysis takes half a second to a second a page on one core, the rules a thirtieth of that.
LAYOUT_PAGES = 100
# A form that Adobe Reader lays out shows other programs a page that asks to wait, of 90 words.
_WAITING_WORDS = 150


def parse(content: bytes, name: str, password: str, limits: Limits) -> Parsed:
    """The blocks of a PDF.

    Raises:
        ParseError: it is no PDF, cannot be repaired, holds no words, or is beyond the limits.
        PasswordError: it is encrypted, and the password is missing or wrong.
    """
    file = PdfFile(content, name, password, limits)
    ocr = installed()
    units = Units()
    pages: list[Page] = []
    facts: list[PageFacts] = []
    firsts: list[Sequence[Part]] = []
    analysed = file.pages <= LAYOUT_PAGES
    images = 0
    for number in range(1, file.pages + 1):
        page = file.page(number, layout=analysed)
        scan = is_scan(page) or garbled(page)
        if scan and ocr and images < MOST_PAGES:
            images += 1
            page = file.read_by_ocr(number, ocr)
        start = len(units.units)
        parts = units.add(page)
        if number <= 2:
            firsts.append(parts)
        pages.append(Page(number, page.width, page.height, page.by_ocr))
        facts.append(PageFacts.of(page, units.units[start:], units.layer, scan=scan))
    _check(file, name, facts, ocr)
    return Parsed(
        text=units.layer.text,
        blocks=blocks(units.units, units.layer, analysed=analysed),
        made=True,
        pages=tuple(pages),
        lines=tuple(units.layer.lines),
        notes=_of_file(file, analysed=analysed, unread=sum(p.scan and not p.by_ocr for p in facts))
        + report(facts),
        proposal=propose(firsts, file.properties),
    )


def _check(file: PdfFile, name: str, facts: Sequence[PageFacts], ocr: Ocr | None) -> None:
    """Refuses a file without words, with the reason and the way out.

    Raises:
        ParseError: there are none.
    """
    words = sum(page.words for page in facts)
    if file.dynamic_form and words < _WAITING_WORDS:
        raise ParseError(
            f"{name} is a form that only Adobe Reader can show (XFA). Open it there and print it to PDF."
        )
    if words:
        return
    count = f"its {len(facts)} pages are" if len(facts) > 1 else "its one page is"
    if any(page.scan for page in facts):
        how = (
            "OCR found no words in the images. Get a sharper scan"
            if ocr
            else "Install Tesseract (tesseract-ocr) and add the file again, or get a PDF with text"
        )
        raise ParseError(f"{name} is a scan: {count} images without text. {how}.")
    if all(page.damage for page in facts):
        raise ParseError(f"{name}: {count} damaged beyond repair. Get it again from where it came.")
    if any(page.hidden for page in facts):
        raise ParseError(
            f"{name} holds no text that can be seen on its pages. Get another copy of the document."
        )
    raise ParseError(f"{name} holds no text: {count} empty. Check that it is the file you meant.")


def _of_file(file: PdfFile, *, analysed: bool, unread: int) -> tuple[Note, ...]:
    """The notes on the file as a whole."""
    told = {
        "The file was damaged and was repaired in reading: compare quotes with the page.": file.repaired,
        "The fields of its form are damaged: what was filled in may be missing.": file.damaged_form,
        f"It has {file.attachments} attached files, which were not read: add them by themselves.": (
            file.attachments
        ),
        f"It has more than {LAYOUT_PAGES} pages and was read without layout analysis: headings and tables "
        "may be missed.": not analysed,
        f"{unread} scanned pages were not read. Install Tesseract (tesseract-ocr), which reads the first "
        f"{MOST_PAGES}, or make the file searchable with an OCR program and add that.": unread,
    }
    return tuple(Note(0, text) for text, holds in told.items() if holds)
