"""What a file is and says of itself, for whoever adds it to confirm."""

import hashlib

from ingest.parsed import Examination, Parsed


def examine(parsed: Parsed, form: str, content: bytes) -> Examination:
    """What was found in a file that was parsed in a format."""
    return Examination(
        format=form,
        sha256=hashlib.sha256(content).hexdigest(),
        pages=len(parsed.pages),
        words=sum(len(block.text.split()) for block in parsed.blocks if not block.left_out),
        notes=parsed.notes,
        proposal=parsed.proposal,
    )
