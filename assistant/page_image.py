"""A page of a source as a picture, with boxes over the words of a quote.

A page is drawn in a process of its own, which is ended if it takes too long: a file may be made to take
for ever. `python -m assistant.page_image FILE PAGE BOXES` is that process; it writes a PNG picture.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.pdf import drawn_page
from ingest.errors import CorpusError
from ingest.records import Source

# The page's number, 1-based, and the boxes on it: left, top, right, bottom in points.
Boxes = Sequence[tuple[float, float, float, float]]
PageImages = Callable[[Source, int, Boxes], bytes]
# Source: a page of print takes less than one; a poster of many layers a few.
_SECONDS = 20


def page_images(corpus_folder: Path) -> PageImages:
    """What draws the pages of the sources of a corpus folder.

    It raises a CorpusError where a page cannot be drawn: the file is gone or locked, is no PDF, or takes too
    long.
    """

    def image(source: Source, page: int, boxes: Boxes) -> bytes:
        path = (corpus_folder / source.path).resolve()
        arguments = [str(path), str(page), json.dumps(list(boxes))]
        command = [sys.executable, "-m", "assistant.page_image", *arguments]
        root = Path(__file__).parent.parent
        try:
            done = subprocess.run(command, capture_output=True, cwd=root, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise CorpusError(f"Page {page} of {source.id} takes too long to draw.") from error
        if done.returncode != 0:
            raise CorpusError(f"Page {page} of {source.id} cannot be drawn. Open the original instead.")
        return done.stdout

    return image


def main(path: str, page: str, boxes: str) -> int:
    """Writes the picture of a page to the standard output; returns 1 if it cannot be drawn."""
    try:
        picture = drawn_page(Path(path).read_bytes(), int(page), json.loads(boxes))
    except (OSError, ValueError):
        return 1
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
