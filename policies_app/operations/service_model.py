"""IAM's own constraints on input, read from the service model that botocore ships.

A bad name is so the same error at every door, in the service's words:
`1 validation error detected: Value 'a b' at 'userName' failed to satisfy constraint: …`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import regex
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from .errors import ValidationError

# Some members have no pattern; PostgreSQL cannot store these characters at all.
UNSTORABLE = regex.compile(r"[\x00\ud800-\udfff]")
# Which characters a document may hold the parser says, with their line and column (`MalformedPolicyDocument`).
DOCUMENT = "policyDocumentType"


@cache
def iam() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("iam", "service-2"), "iam")


@cache
def members(operation: str) -> Mapping[str, tuple[str, Shape]]:
    """`user_name` -> (`UserName`, its shape); none for an operation of another service."""
    if operation not in iam().operation_names:
        return {}
    shape = iam().operation_model(operation).input_shape
    return {xform_name(name): (name, member) for name, member in shape.members.items()} if shape else {}


@cache
def is_secret(operation: str, parameter: str) -> bool:
    return (
        bool(members(operation)[parameter][1].metadata.get("sensitive")) if parameter in members(operation) else False
    )


def check(operation: str, parameters: Mapping[str, Any]) -> None:
    """Raise `ValidationError` for all violations at once; parameters that IAM does not know are our own and pass."""
    if operation not in iam().operation_names:
        return
    violations: dict[str, str] = {}
    for name, value in parameters.items():
        if value is not None and name in members(operation):
            wire_name, shape = members(operation)[name]
            secret = is_secret(operation, name)
            _check_value(_lower_first(wire_name), shape, value, violations, secret=secret)
    if violations:
        raise ValidationError(violations)


def _check_value(place: str, shape: Shape, value: Any, violations: dict[str, str], *, secret: bool = False) -> None:
    for problem in _problems(shape, value):
        shown = "***" if secret else value
        violations.setdefault(place, f"Value '{shown}' at '{place}' failed to satisfy constraint: {problem}")
    match shape:
        case ListShape():
            for number, item in enumerate(value, start=1):
                _check_value(f"{place}.{number}.member", shape.member, item, violations)
        case StructureShape():
            for name, member in shape.members.items():
                if name in value:
                    _check_value(f"{place}.{_lower_first(name)}", member, value[name], violations)


def _problems(shape: Shape, value: Any) -> list[str]:
    low, high, pattern = shape.metadata.get("min"), shape.metadata.get("max"), shape.metadata.get("pattern")
    size, noun = (value, "value") if isinstance(value, int) else (len(value), "length")
    problems = []
    if low is not None and size < low:
        problems.append(f"Member must have {noun} greater than or equal to {low}")
    if high is not None and size > high:
        problems.append(f"Member must have {noun} less than or equal to {high}")
    if not isinstance(value, str) or shape.name == DOCUMENT:
        return problems
    if pattern and not _compiled(pattern).fullmatch(value):
        problems.append(f"Member must satisfy regular expression pattern: {pattern}")
    if UNSTORABLE.search(value):
        problems.append("Member must not contain NUL or lone surrogates")
    return problems


@cache
def _compiled(pattern: str) -> "regex.Pattern[str]":
    # The model's patterns are Java's: there `\w` and `\d` are ASCII, `\p{L}` is not.
    return regex.compile(pattern, 0 if r"\p" in pattern else regex.ASCII)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def storable(text: str) -> str:
    """The text with what no database can store replaced: for the record of bad input."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
