"""Unique ids in AWS's form: a four-letter prefix and 17 of base 32, as in `AIDACKCEVSQ6C2EXAMPLE`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import secrets
from base64 import b32decode, b32encode

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 21


def new_unique_id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - len(prefix)))


def new_policy_id() -> str:
    return new_unique_id("ANPA")


# An access key's id ends in 80 bits: one that is set, the account in 40, and the rest at random.
RANDOM_BITS = 39


def new_access_key_id(prefix: str, account_id: str) -> str:
    """20 characters; `AKIA` for a user's, `ASIA` for a session's. The account can be read back, as from AWS's."""
    number = (1 << 40 | int(account_id)) << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
    return prefix + b32encode(number.to_bytes(10)).decode()


def account_of(access_key_id: str) -> str:
    """The account in an access key's id; raises `ValueError` for what is none."""
    if len(access_key_id) != len("AKIA") + 16:
        raise ValueError(access_key_id)
    number = int.from_bytes(b32decode(access_key_id[4:])) >> RANDOM_BITS
    return f"{number & ((1 << 40) - 1):012d}"
