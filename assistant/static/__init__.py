"""The chat page's style sheet and script, served inside the page."""
