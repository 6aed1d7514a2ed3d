"""Errors of reading the corpus and of building or opening the index.

IngestError
├── CorpusError          a source file is missing, altered or unreadable
│   └── ManifestError    the manifest is missing, or an entry does not parse
├── ParseError           a source file does not have the form that the manifest names, or is beyond the limits
│   └── PasswordError    a source file is encrypted, and the password is missing or wrong
├── ModelError           an embedding model is missing, or its file is not the one expected
└── IndexStateError      the index cannot be built or used as it is
    ├── IndexMissingError    there is no index yet
    ├── IndexMismatchError   the index was built from another corpus or configuration
    ├── IndexDamagedError    files of the index are missing or altered
    └── IndexBuildError      a build could not finish (disk full …)
        └── IndexBusyError   another build is running

Each message says what happened, the values, and what to do next.
"""


class IngestError(Exception):
    """Anything that stops the corpus from being read or the index from being built or opened."""


class CorpusError(IngestError):
    """A source file is missing, altered or unreadable."""


class ManifestError(CorpusError):
    """The manifest is missing, or one of its entries does not parse."""


class ParseError(IngestError):
    """A source file does not have the form that the manifest names, or is beyond the limits."""


class PasswordError(ParseError):
    """A source file is encrypted, and the password is missing or wrong."""


class ModelError(IngestError):
    """An embedding model is missing, or its file is not the one expected."""


class IndexStateError(IngestError):
    """The index cannot be built or used as it is."""


class IndexMissingError(IndexStateError):
    """There is no index yet."""


class IndexMismatchError(IndexStateError):
    """The index was built from another corpus or with another configuration."""


class IndexDamagedError(IndexStateError):
    """Files of the index are missing or altered."""


class IndexBuildError(IndexStateError):
    """A build could not finish; the index that was there before still answers."""


class IndexBusyError(IndexBuildError):
    """Another build is running."""
