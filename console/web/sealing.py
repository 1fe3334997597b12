"""Values that travel through a browser which nobody reads there or writes themselves: JSON, encrypted and dated."""

import json
import zlib
from base64 import urlsafe_b64encode
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

KEPT_FOR: Final = 12 * 60 * 60
"""How long a page may stay open before what it carries is lost, in seconds."""


def seal(purpose: str, value: Any) -> str:
    return _fernet(purpose).encrypt(zlib.compress(json.dumps(value).encode())).decode()


def unseal(purpose: str, token: str) -> Any:
    """None for what was sealed for something else, elsewhere, or too long ago."""
    try:
        opened = _fernet(purpose).decrypt(token.encode(), ttl=KEPT_FOR)
    except (InvalidToken, UnicodeEncodeError):
        return None
    return json.loads(zlib.decompress(opened))


def _fernet(purpose: str) -> Fernet:
    key = salted_hmac(purpose, "", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))
