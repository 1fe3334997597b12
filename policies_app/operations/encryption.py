"""Secrets at rest: Fernet (AES-128-CBC and HMAC-SHA256), under the keys of `settings.ENCRYPTION_KEYS`, newest first.

Each is bound to what it belongs to, so a ciphertext moved to another row is refused.
"""

from functools import cache, lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class WrongSecret(Exception):
    """The ciphertext is damaged, of a key that is gone, or of something else."""


def encrypt(owner: str, secret: str) -> str:
    return _fernet().encrypt(f"{owner}:{secret}".encode()).decode()


@lru_cache(maxsize=4096)
def decrypt(owner: str, ciphertext: str) -> str:
    """The secret; remembered, since every signed request asks for it. Raises `WrongSecret`."""
    try:
        found, _, secret = _fernet().decrypt(ciphertext.encode()).decode().partition(":")
    except InvalidToken as error:
        raise WrongSecret(f"The secret of {owner} cannot be read.") from error
    if found != owner:
        raise WrongSecret(f"The secret of {owner} belongs to something else.")
    return secret


def rotate(ciphertext: str) -> str:
    """The same secret under the newest key."""
    return _fernet().rotate(ciphertext.encode()).decode()


def _fernet() -> MultiFernet:
    return _of(tuple(settings.ENCRYPTION_KEYS))


@cache
def _of(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("GRANTBOOK_ENCRYPTION_KEYS is not set.")
    return MultiFernet([Fernet(key) for key in keys])
