"""A document as plain Python values, which is all that most checks need; places are looked up for what is reported."""

import json
from typing import Final

from policies_app.engine.findings import Finding
from policies_app.engine.json_nodes import (
    Json,
    JsonArray,
    JsonInvalid,
    JsonNumber,
    JsonObject,
    JsonString,
    JsonWord,
)
from policies_app.engine.json_text import read_json
from policies_app.engine.reports import Report


class Number(str):
    """A number by its spelling."""

    __slots__ = ()


Plain = dict[str, "Plain"] | list["Plain"] | str | bool | None

_READ_DIFFERENTLY: Final = frozenset({"JSON_SYNTAX_ERROR", "DUPLICATE_KEY", "INVALID_CHARACTER", "DOCUMENT_TOO_LONG"})


def read_plain(text: str, findings: tuple[Finding, ...]) -> Plain:
    """The value of a text that the parser has read with these findings; None where it found no structure.

    The standard library's reader is fifty times as fast as the one that knows places, and reads a text without
    mistakes in the same way. Of any other the located tree says what can be understood of it.
    """
    if not is_plain(findings):
        return plain(read_tree(text))
    value: Plain = json.loads(text, parse_int=Number, parse_float=Number)
    return value


def is_plain(findings: tuple[Finding, ...]) -> bool:
    """Whether the standard library reads the text, and as the parser does."""
    return not any(finding.code in _READ_DIFFERENTLY for finding in findings)


def read_tree(text: str) -> Json | None:
    return read_json(text, Report(""))


def plain(node: Json | None) -> Plain:
    match node:
        case JsonString():
            return node.value
        case JsonNumber():
            return Number(node.text)
        case JsonWord():
            return node.value
        case JsonArray():
            return [plain(item) for item in node.items]
        case JsonObject():
            return {member.key.value: plain(member.value) for member in node.members}
        case JsonInvalid() | None:
            return None
