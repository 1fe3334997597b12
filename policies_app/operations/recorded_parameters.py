"""What the record of an operation keeps of its parameters: no secret, and no more than has a bound.

A refusal costs the caller nothing, and what is recorded stays for good.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from . import service_model

LONGEST: Final = 2048
"""Characters of a parameter; a longer one, such as a document to simulate with, is recorded by its hash."""
MOST_ITEMS: Final = 100
"""Of a list, which may be of any length when it is refused. IAM takes at most 50 tags."""
MOST: Final = 24_000
"""Bytes of JSON of all parameters of a call; 50 tags of the longest keys and values that IAM takes are fewer."""


def recorded(operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """At most `MOST` bytes and a hash for each that they have no room for, the longest first."""
    found = {name: _recorded(operation, name, value) for name, value in parameters.items() if value is not None}
    texts = {name: json.dumps(value, sort_keys=True) for name, value in found.items()}
    total = sum(map(len, texts.values()))
    for name in sorted(texts, key=lambda name: len(texts[name]), reverse=True):
        if total <= MOST:
            break
        total -= len(texts[name])
        found[name] = f"sha256:{sha256(texts[name].encode()).hexdigest()}"
    return found


def _recorded(operation: str, name: str, value: Any) -> Any:
    """A document is recorded by the key that it is stored under."""
    if service_model.is_secret(operation, name):
        return "***"
    match value:
        case str() if "document" in name or len(value) > LONGEST:
            return f"sha256:{sha256(value.encode(errors='replace')).hexdigest()}"
        case str():
            return service_model.storable(value)
        case bool() | int():
            return value
        case list() | tuple():
            return [_recorded(operation, name, item) for item in value[:MOST_ITEMS]]
        case dict():
            return {service_model.storable(key): _recorded(operation, key, item) for key, item in value.items()}
    return service_model.storable(str(value))
