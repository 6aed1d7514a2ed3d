"""How much of the machine one file may take."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take. Beyond it the file is refused with one line that says so.

    Source: the largest of the awkward files (32 MB together, 872 pages the longest) take about half of the
    seconds and at most a third of the rest, see the table in ingest/README.md.

    Attributes:
        file_bytes: size of the file.
        unpacked_bytes: size of what an office file or book unpacks to.
        pages: of a PDF.
        seconds: from the start of reading to its end.
        memory_bytes: memory of the process that reads.
        answer_bytes: size of what the process hands back.
    """

    file_bytes: int = 100 * MEGABYTE
    unpacked_bytes: int = 500 * MEGABYTE
    pages: int = 2_000
    seconds: float = 300.0
    memory_bytes: int = 3_000 * MEGABYTE
    answer_bytes: int = 500 * MEGABYTE
