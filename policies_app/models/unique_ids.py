"""Unique ids in AWS's form: a four-letter prefix and 17 of base 32, as in `AIDACKCEVSQ6C2EXAMPLE`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""

import secrets

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LENGTH = 21


def new_unique_id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - len(prefix)))


def new_policy_id() -> str:
    return new_unique_id("ANPA")
