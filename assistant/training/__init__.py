"""Training, export and measurement of the evidence reader; not imported when questions are answered."""
