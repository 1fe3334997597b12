"""Reading the text of a document: its plain value, and where everything in it stands.

The standard library's reader is fifty times as fast as the one that knows places, and reads a text without mistakes in
the same way. So it goes first, places are looked up for what is reported, and only a text that it refuses, or would
read otherwise, is read again for its mistakes.
"""

import json
import re
from typing import Any, Final, NamedTuple

from policies_app.engine.json_nodes import Number, Plain, plain
from policies_app.engine.json_places import Places, TextPlaces, TreePlaces
from policies_app.engine.json_text import FOREIGN, MAX_DEPTH, MAX_LENGTH, read_json
from policies_app.engine.reports import Report

_OTHERWISE: Final = re.compile(r"\\[bfu]")
"""Escapes that may spell a surrogate or a control character, which the standard library takes."""


class Document(NamedTuple):
    value: Plain
    places: Places


def read_document(text: str, report: Report) -> Document | None:
    """None when the structure is not clear. Never raises, on any text."""
    if (value := _read_fast(text)) is not None:
        return Document(value[0], TextPlaces(text))
    return read_slowly(text, report)


def read_slowly(text: str, report: Report) -> Document | None:
    """Read with the reader that reports every mistake."""
    tree = read_json(text, report)
    return None if tree is None else Document(plain(tree), TreePlaces(tree))


def is_deep(value: Plain) -> bool:
    """Whether a value is nested deeper than is read, which the fast reader lets pass."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return any(isinstance(innermost, dict | list) for innermost in level)


class _Refused(ValueError):
    """The standard library would take it, and a policy does not."""


def _without_duplicates(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise _Refused
    return found


def _refuse(_word: str) -> None:
    raise _Refused


_decode: Final = json.JSONDecoder(
    parse_int=Number, parse_float=Number, parse_constant=_refuse, object_pairs_hook=_without_duplicates
).decode


def _read_fast(text: str) -> tuple[Plain] | None:
    """The value in a tuple of its own, as it may be None."""
    if len(text) > MAX_LENGTH or (not text.isascii() and FOREIGN.search(text)):  # in ASCII, `decode` refuses them
        return None
    if "\\" in text and _OTHERWISE.search(text):
        return None
    try:
        return (_decode(text),)
    except (ValueError, RecursionError):
        return None


def read_again(part: str) -> Plain:
    """The value of a part of a text that has been read without mistakes."""
    value: Plain = _decode(part)
    return value
