"""The AWS Query protocol: the fields of a form become the members of an operation's input.

`Tags.member.1.Key=team` is `{"Tags": [{"Key": "team"}]}`. Fields that the input does not know are passed over, as AWS
does. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from .errors import MalformedInput

type Fields = dict[str, "str | Fields"]
"""The names of the fields, split at their dots."""

DEEPEST = 8
"""Steps in a field's name. The deepest one that IAM and STS know has six."""


def parse(shape: Shape | None, fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The input in the spelling of the wire; raises `MalformedInput` for what has not the form of its shape."""
    tree: Fields = {}
    for name, value in fields:
        _plant(tree, name, value)
    return _structure(shape, tree, "") if isinstance(shape, StructureShape) else {}


def _plant(tree: Fields, name: str, value: str) -> None:
    *parents, last = name.split(".")
    if len(parents) >= DEEPEST:
        raise MalformedInput(f"The parameter {name[:200]} has too many parts.")
    for part in parents:
        child = tree.setdefault(part, {})
        if not isinstance(child, dict):
            raise MalformedInput(f"The parameter {name[:200]} contradicts another one.")
        tree = child
    if last in tree:
        raise MalformedInput(f"The parameter {name[:200]} is given more than once.")
    tree[last] = value


def _structure(shape: StructureShape, tree: Fields, place: str) -> dict[str, Any]:
    return {
        name: _value(member, tree[name], f"{place}{name}") for name, member in shape.members.items() if name in tree
    }


def _value(shape: Shape, given: "str | Fields", place: str) -> Any:
    match shape, given:
        case StructureShape(), dict():
            return _structure(shape, given, f"{place}.")
        case ListShape(), "":
            return []  # how botocore sends an empty list
        case ListShape(), {"member": dict(members)}:
            return [
                _value(shape.member, item, f"{place}.member.{number}") for number, item in _numbered(members, place)
            ]
        case ListShape() | StructureShape(), _:
            raise MalformedInput(f"The parameter {place} is not a {shape.type_name}.")
        case _, dict():
            raise MalformedInput(f"The parameter {place} is a single value.")
        case _, str():
            return _scalar(shape, given, place)


def _numbered(members: Fields, place: str) -> list[tuple[int, "str | Fields"]]:
    wrong = next((key for key in members if not re.fullmatch(r"[1-9][0-9]{0,5}", key)), None)
    if wrong is not None:
        raise MalformedInput(f"The parameter {place}.member.{wrong[:200]} is not numbered from 1.")
    return sorted((int(key), value) for key, value in members.items())


def _scalar(shape: Shape, text: str, place: str) -> Any:
    match shape.type_name:
        case "integer" | "long":
            if not re.fullmatch(r"-?[0-9]{1,18}", text):
                raise MalformedInput(f"The parameter {place} is not a number.")
            return int(text)
        case "boolean":
            if text.lower() not in BOOLEANS:
                raise MalformedInput(f"The parameter {place} is neither true nor false.")
            return BOOLEANS[text.lower()]
    return text


BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
