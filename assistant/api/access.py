"""Who may call: keys from the environment or a file, compared in constant time.

Only the keys' hashes are kept. A key is sent in a header; one in an address would end up in logs.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import Headers

KEYS, KEYS_FILE = "ASSISTANT_API_KEYS", "ASSISTANT_API_KEYS_FILE"
# Source: 128 random bits in base64 have 22 characters; fewer than 20 are likely to be words.
_SHORTEST = 20
_BEARER = re.compile(r"Bearer +(\S+)", re.IGNORECASE)


def key_digests(environment: Mapping[str, str]) -> tuple[str, ...]:
    """SHA-256 of each configured key.

    Keys stand in ASSISTANT_API_KEYS, parted by commas or white space, and in the file that
    ASSISTANT_API_KEYS_FILE names, one a line, with comments after #.

    Raises:
        ValueError: the file cannot be read, holds no key, or a key is too short; no key is repeated.
    """
    keys = [key for key in re.split(r"[\s,]+", environment.get(KEYS, "")) if key]
    where = KEYS
    if environment.get(KEYS_FILE):
        where = path = environment[KEYS_FILE]
        try:
            lines = [line.split("#")[0].strip() for line in Path(path).read_text("utf-8").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise ValueError(f"{KEYS_FILE}: {path} cannot be read: {reason}.") from error
        if not any(lines):
            raise ValueError(f"{KEYS_FILE}: {path} holds no key. Write one a line.")
        keys += [line for line in lines if line]
    if any(len(key) < _SHORTEST for key in keys):
        raise ValueError(
            f"{where}: a key has fewer than {_SHORTEST} characters. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return tuple(_digest(key) for key in keys)


def known_key(headers: Headers, digests: tuple[str, ...]) -> str:
    """The hash of the key that a request brings; empty if it brings none that is known.

    Every known hash is compared, each in constant time.
    """
    bearer = _BEARER.fullmatch(headers.get("authorization", ""))
    given = _digest(bearer[1] if bearer else headers.get("x-api-key", ""))
    found = ""
    for digest in digests:
        if hmac.compare_digest(given, digest):
            found = digest
    return found


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
