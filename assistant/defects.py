"""What is said and logged of an error that nobody foresaw: its kind and place, never its words."""

import logging
import traceback

_LOG = logging.getLogger(__name__)
DEFECT = "This failed because of a defect. The server's log says where."


def log_defect(error: Exception) -> None:
    """Logs the kind of an error and where it arose. Its message may hold words of a question."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    _LOG.error("%s at %s:%s", type(error).__name__, where.filename, where.lineno)
