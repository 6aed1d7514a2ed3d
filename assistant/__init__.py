"""Question and history to a quoted, cited answer, and the ways in which it is shown."""
