"""Errors of asking and answering.

AssistantError
├── QuestionError     the question cannot be taken as it is (empty, too long …)
├── ModelLoadError    a model file of the assistant is missing or altered
└── VerificationError a quote is not in its source: a defect, nothing is shown

Not knowing is not an error: it is an answer with the status `not_in_sources`.
"""


class AssistantError(Exception):
    """Anything that stops a question from being answered."""


class QuestionError(AssistantError):
    """The question cannot be taken as it is."""


class ModelLoadError(AssistantError):
    """A model file of the assistant is missing or altered."""


class VerificationError(AssistantError):
    """A quote is not in its source word for word."""
