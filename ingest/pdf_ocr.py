"""Words from images of pages, by Tesseract, when it is installed.

PyMuPDF holds the program; what has to be installed is Tesseract's data of a language.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Dots an inch at which a page is read. Source: Tesseract's documentation, "Improving the quality of the
# output": at least 300. Half of it tells which way up a page is.
OCR_DOTS = 300
_DOTS_TO_TURN = 150
# At most so many pages of one file are read. Source: 2 to 5 seconds a page on one core.
MOST_PAGES = 50
# A page that is read the right way up has at least this share of words made of letters alone. Source: upright
# pages of the awkward files have 0.72 and more, the same pages upside down 0.60 and less.
_WELL = 0.65
_FOLDERS = ("/usr/share/tessdata", "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata")
_DEBIAN = Path("/usr/share/tesseract-ocr")
_NO_LANGUAGE = {"osd", "equ", "snum"}
# A page's content as PyMuPDF's "rawdict", and its box.
Content = tuple[dict[str, Any], Any]
_WORD = re.compile(r"[^\W\d_]{3,}[.,;:!?)]?$")


class Ocr:
    """Tesseract with the languages that are installed.

    Args:
        folder: holds Tesseract's data.
        languages: to read, such as "eng+deu".
    """

    def __init__(self, folder: str, languages: str) -> None:
        self._folder = folder
        self._languages = languages
        self._turns = 0

    def read(self, picture: Any, dots: int) -> bytes:
        """A PDF of one page with the words of a picture (PyMuPDF's pixmap), of so many dots an inch."""
        picture.set_dpi(dots, dots)
        made: bytes = picture.pdfocr_tobytes(language=self._languages, tessdata=self._folder)
        return made

    def best(self, read: Callable[[int, int], Content]) -> tuple[dict[str, Any], int, Any]:
        """What is read of a page the right way up, by how many quarters it was turned, and its box.

        Args:
            read: gives the page's content and its box, turned by a number of quarters, read at a number of
                dots an inch.
        """
        first = read(self._turns, OCR_DOTS)
        shares = {self._turns: _share(first[0])}
        if shares[self._turns] < _WELL:
            others = [turns for turns in (0, 2, 1, 3) if turns != self._turns]
            shares |= {turns: _share(read(turns, _DOTS_TO_TURN)[0]) for turns in others}
        turns = max(shares, key=lambda turns: shares[turns])
        if turns != self._turns:
            self._turns = turns  # the pages of a scan mostly lie the same way
            first = read(turns, OCR_DOTS)
        return first[0], turns, first[1]


def installed() -> Ocr | None:
    """Tesseract, or None if no data of a language is installed."""
    folders = [os.environ.get("TESSDATA_PREFIX", ""), *_FOLDERS]
    folders += sorted((str(folder / "tessdata") for folder in _DEBIAN.glob("*")), reverse=True)
    for folder in filter(None, folders):
        languages = {path.stem for path in Path(folder).glob("*.traineddata")} - _NO_LANGUAGE
        if languages:
            return Ocr(folder, "+".join(sorted(languages, key=lambda name: (name != "eng", name))))
    return None


def _share(content: dict[str, Any]) -> float:
    """The share of a page's words that are made of letters alone, 0 for a page without words."""
    lines = (line for block in content["blocks"] for line in block.get("lines", ()))
    text = " ".join("".join(char["c"] for span in line["spans"] for char in span["chars"]) for line in lines)
    words = text.split()
    return sum(bool(_WORD.match(word)) for word in words) / max(1, len(words))
