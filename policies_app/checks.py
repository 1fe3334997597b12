"""What has to be right before anything is served."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error

MAKE_ONE = """python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"""


def encryption_keys(**_: Any) -> list[Error]:
    """A key that is made up at each start, or lost, would lose every secret that it encrypted."""
    keys = settings.ENCRYPTION_KEYS
    if not keys:
        return [
            Error(
                "GRANTBOOK_ENCRYPTION_KEYS is not set. With PostgreSQL or GRANTBOOK_HTTPS it has to be, the same for "
                "all servers: it encrypts the secrets of access keys.",
                hint=f"Make a key with: {MAKE_ONE}",
                id="grantbook.E001",
            )
        ]
    for place, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            # The key itself is not shown.
            return [
                Error(
                    f"GRANTBOOK_ENCRYPTION_KEYS is not understood: key {place} of {len(keys)} is no Fernet key.",
                    hint=f"Make a key with: {MAKE_ONE}",
                    id="grantbook.E002",
                )
            ]
    return []
