"""Office files and books to HTML by pandoc, in its sandbox: it reads what it is given and nothing else."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

from ingest.errors import ParseError
from ingest.limits import MEGABYTE, Limits

FORMATS = ("docx", "odt", "epub", "rtf", "pptx", "xlsx")


def to_html(content: bytes, form: str, name: str, limits: Limits) -> str:
    """What pandoc makes of a file: a page with its title, headings, paragraphs, lists, tables and notes.

    Raises:
        ParseError: pandoc is missing, or cannot read the file.
    """
    run = subprocess.run(
        [program(), "--sandbox", "--standalone", "--from", form, "--to", "html5", "--wrap", "none",
         "--mathml", "+RTS", f"-M{limits.memory_bytes // 2 // MEGABYTE}m", "-RTS"],
        input=content,
        capture_output=True,
        check=False,
    )  # fmt: skip
    if run.returncode:
        words = run.stderr.decode("utf-8", "replace").split()
        said = " ".join(words[:20]) or f"exit {run.returncode}"
        raise ParseError(
            f"{name} could not be converted from {form} ({said}). Open it in the program that made it and "
            "save it anew, or print it to PDF."
        )
    return run.stdout.decode("utf-8", "replace").replace("\r\n", "\n")


def program() -> str:
    """Path of the packaged pandoc, or of one that is installed.

    Raises:
        ParseError: there is none.
    """
    spec = importlib.util.find_spec("pypandoc")
    packaged = Path(spec.origin).parent / "files" / "pandoc" if spec and spec.origin else None
    found = str(packaged) if packaged and packaged.is_file() else shutil.which("pandoc")
    if not found:
        raise ParseError("The converter of office files is missing. Run: pip install pypandoc_binary")
    return found
