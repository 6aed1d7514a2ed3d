"""Words from images of pages, by Tesseract, when it is installed.

PyMuPDF holds the reader itself; what has to be installed is Tesseract's data of a language, and its program,
which tells which way up a page is.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

# Dots an inch at which a page is read. Source: Tesseract's documentation, "Improving the quality of the
# output": at least 300. Half of it tells which way up a page is.
OCR_DOTS = 300
DOTS_TO_TURN = 150
# At most so many pages of one file are read. Source: 3 to 17 seconds a page on a core that has other work.
MOST_PAGES = 15
# Tesseract is this sure, or the page is taken to be upright. Source: pages of the awkward files that it turns
# rightly have 2.4 and more, the one that it turns wrongly 0.4.
_SURE = 1.5
_SECONDS = 60
_FOLDERS = ("/usr/share/tessdata", "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata")
_DEBIAN = Path("/usr/share/tesseract-ocr")
_NO_LANGUAGE = {"osd", "equ", "snum"}
_ROTATE = re.compile(rb"Rotate: (\d+)")
_CONFIDENCE = re.compile(rb"Orientation confidence: ([\d.]+)")


class Ocr:
    """Tesseract with the languages that are installed.

    Args:
        folder: holds Tesseract's data.
        languages: to read, such as "eng+deu".
    """

    def __init__(self, folder: str, languages: str) -> None:
        self._folder = folder
        self._languages = languages
        self._program = shutil.which("tesseract")

    def read(self, picture: Any) -> bytes:
        """A PDF of one page with the words of a picture (PyMuPDF's pixmap, in colour)."""
        picture.set_dpi(OCR_DOTS, OCR_DOTS)
        made: bytes = picture.pdfocr_tobytes(language=self._languages, tessdata=self._folder)
        return made

    def turns(self, picture: bytes) -> int:
        """By how many quarters, clockwise, a page has to be turned to be read; 0 if that cannot be told.

        Args:
            picture: of the page, as PNG.
        """
        if self._program is None or not (Path(self._folder) / "osd.traineddata").is_file():
            return 0
        try:
            run = subprocess.run(
                [self._program, "-", "-", "--tessdata-dir", self._folder, "--psm", "0", "-l", "osd"],
                input=picture,
                capture_output=True,
                check=False,
                timeout=_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return 0
        rotate, sure = _ROTATE.search(run.stdout), _CONFIDENCE.search(run.stdout)
        if not rotate or not sure or float(sure[1]) < _SURE:
            return 0
        return int(rotate[1]) // 90


def installed() -> Ocr | None:
    """Tesseract, or None if no data of a language is installed.

    TESSDATA_PREFIX names the only folder that is looked into, as for Tesseract itself.
    """
    given = os.environ.get("TESSDATA_PREFIX")
    debian = sorted((str(folder / "tessdata") for folder in _DEBIAN.glob("*")), reverse=True)
    for folder in [given] if given else [*_FOLDERS, *debian]:
        languages = {path.stem for path in Path(folder).glob("*.traineddata")} - _NO_LANGUAGE
        if languages:
            return Ocr(folder, "+".join(sorted(languages, key=lambda name: (name != "eng", name))))
    return None
