"""The text layer of a PDF: its characters in the order in which they are read, and where each stands."""

from ingest.mapped_text import MappedText
from ingest.pages import PageLine, page_line
from ingest.pdf_records import PdfLine, PdfPage
from ingest.superscripts import SUPERSCRIPTS, are_raised_digits


class Layer:
    """Grows line by line. Offsets count from its beginning."""

    def __init__(self) -> None:
        self.length = 0
        self.lines: list[PageLine] = []
        self._texts: list[str] = []
        self._raised: set[int] = set()
        self._whole = ""

    def add(self, page: PdfPage, line: PdfLine) -> None:
        """Puts a line of a page at the end."""
        if not line.text:
            return
        boxes = [page.place(box) for box in line.boxes]
        across = page.across != line.turned
        if across:
            places = [(box[0], box[2]) for box in boxes]
            sides = [(box[1], box[3]) for box in boxes]
        else:
            places = [(box[1], box[3]) for box in boxes]
            sides = [(box[0], box[2]) for box in boxes]
        low, high = min(side[0] for side in sides), max(side[1] for side in sides)
        self.lines.append(page_line(page.number, self.length, places, low, high, across=across))
        self._raised.update(self.length + i for i in _superscripts(line))
        self._put(line.text)

    def space(self, text: str) -> None:
        """Puts white space, which stands nowhere on a page, at the end."""
        assert not text.strip()
        self._put(text)

    def _put(self, text: str) -> None:
        self._texts.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        """The whole layer."""
        if len(self._whole) != self.length:
            self._whole = "".join(self._texts)
            self._texts = [self._whole]
        return self._whole

    def part(self, start: int, end: int) -> MappedText:
        """The characters from `start` up to `end`, digits that are set as superscripts as such."""
        text = "".join(
            SUPERSCRIPTS[character] if offset in self._raised else character
            for offset, character in enumerate(self.text[start:end], start)
        )
        return MappedText(text, tuple(range(start, end)), tuple(range(start + 1, end + 1)))


def _superscripts(line: PdfLine) -> set[int]:
    """Positions of raised digits and signs; not those inside brackets, which are set apart by them."""
    found: set[int] = set()
    run: list[int] = []
    for i in (*sorted(line.raised), -1):
        if run and i != run[-1] + 1:
            text = "".join(line.text[k] for k in run)
            if are_raised_digits(text):
                found.update(k for k in run if line.text[k] in SUPERSCRIPTS)
            run = []
        run.append(i)
    return found
