"""Secrets at rest and on their way: Fernet (AES-128-CBC, HMAC-SHA256) under `settings.ENCRYPTION_KEYS`, newest first.

Each is bound to what it belongs to, so a ciphertext moved to another row is refused.
"""

from functools import cache, lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class WrongSecret(Exception):
    """The ciphertext is damaged, of a key that is gone, or of something else."""


def encrypt(owner: str, secret: str) -> str:
    return seal(owner, secret.encode())


@lru_cache(maxsize=4096)
def decrypt(owner: str, ciphertext: str) -> str:
    """The secret; remembered, since every signed request asks for it. Raises `WrongSecret`."""
    return unseal(owner, ciphertext).decode()


def seal(owner: str, content: bytes) -> str:
    """The content, readable for nobody else and as nothing else; `owner` holds no colon."""
    return _fernet().encrypt(owner.encode() + b":" + content).decode()


def unseal(owner: str, sealed: str) -> bytes:
    """The content; raises `WrongSecret`."""
    try:
        found, _, content = _fernet().decrypt(sealed).partition(b":")
    except (InvalidToken, ValueError) as error:  # the latter: not even ASCII
        raise WrongSecret(f"The secret of {owner} cannot be read.") from error
    if found != owner.encode():
        raise WrongSecret(f"The secret of {owner} belongs to something else.")
    return content


def rotate(ciphertext: str) -> str:
    """The same secret under the newest key. Raises `WrongSecret`."""
    try:
        return _fernet().rotate(ciphertext).decode()
    except InvalidToken as error:
        raise WrongSecret("The secret cannot be read.") from error


def _fernet() -> MultiFernet:
    return _of(tuple(settings.ENCRYPTION_KEYS))


@cache
def _of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
