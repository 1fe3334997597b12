"""The services' own constraints on input, read from the models of IAM, STS and Access Analyzer that botocore ships.

A bad name is so the same error at every door, in the service's words:
`1 validation error detected: Value at 'versionId' failed to satisfy constraint: …`. IAM no longer repeats the value;
STS does.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import regex
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StringShape, StructureShape

from .errors import ValidationError

# Some members have no pattern; PostgreSQL cannot store these characters at all.
UNSTORABLE = regex.compile(r"[\x00\ud800-\udfff]")
# Which characters a document may hold the parser says, with their line and column (`MalformedPolicyDocument`).
DOCUMENT = "policyDocumentType"
NOT_NULL = "Member must not be null"


@cache
def service(name: str) -> ServiceModel:
    """`iam`, `sts` or `accessanalyzer`."""
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


@cache
def _operation(name: str) -> OperationModel | None:
    """None for our own ones, such as `LookupEvents`."""
    homes = (service(home) for home in ("iam", "sts", "accessanalyzer"))
    return next((home.operation_model(name) for home in homes if name in home.operation_names), None)


@cache
def _input(operation: str) -> Shape | None:
    model = _operation(operation)
    return model.input_shape if model else None


@cache
def members(operation: str) -> Mapping[str, tuple[str, Shape]]:
    """`user_name` -> (`UserName`, its shape); none for an operation of another service."""
    shape = _input(operation)
    return {xform_name(name): (name, member) for name, member in shape.members.items()} if shape else {}


@cache
def is_secret(operation: str, parameter: str) -> bool:
    return (
        bool(members(operation)[parameter][1].metadata.get("sensitive")) if parameter in members(operation) else False
    )


def check(operation: str, parameters: Mapping[str, Any]) -> None:
    """Raise `ValidationError` for all violations at once; parameters that IAM does not know are our own and pass."""
    if violations := _violations(operation, parameters):
        raise ValidationError(violations)


def _violations(operation: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    violations: dict[str, str] = {}
    for name, value in parameters.items():
        if value is not None and name in members(operation):
            wire_name, shape = members(operation)[name]
            shown = f"'{value}' " if operation in service("sts").operation_names else ""
            _check_value(_lower_first(wire_name), shape, value, violations, shown)
    return violations


def refuse_missing(operation: str, parameters: Mapping[str, Any]) -> None:
    """For a door where a required parameter can be left out: raise `ValidationError`, with all else that is wrong."""
    shape = _input(operation)
    required = [xform_name(name) for name in shape.required_members] if shape else []
    places = [_lower_first(members(operation)[name][0]) for name in required if parameters.get(name) is None]
    if places:
        raise ValidationError(missing(*places).violations | _violations(operation, parameters))


def missing(*places: str) -> ValidationError:
    """For what the model lets be left out, and the service does not; a place is in AWS's spelling, as `userName`."""
    return ValidationError({place: _violation(place, NOT_NULL) for place in places})


def _violation(place: str, problem: str, shown: str = "") -> str:
    return f"Value {shown}at '{place}' failed to satisfy constraint: {problem}"


def _check_value(place: str, shape: Shape, value: Any, violations: dict[str, str], shown: str = "") -> None:
    for problem in _problems(shape, value):
        violations.setdefault(place, _violation(place, problem, shown))
    match shape:
        case ListShape() if isinstance(shape.member, StructureShape):
            for number, item in enumerate(value, start=1):
                _check_value(f"{place}.{number}.member", shape.member, item, violations)
        case ListShape():
            # Of a list of plain values AWS tells the rule for all of them, and not which one breaks it.
            if any(_problems(shape.member, item) for item in value):
                violations.setdefault(
                    place, _violation(place, f"Member must satisfy constraint: [{_rules(shape.member)}]")
                )
        case StructureShape():
            for name, member in shape.members.items():
                if name in value:
                    _check_value(f"{place}.{_lower_first(name)}", member, value[name], violations)
                elif name in shape.required_members:
                    absent = f"{place}.{_lower_first(name)}"
                    violations.setdefault(absent, _violation(absent, NOT_NULL))


def _rules(shape: Shape) -> str:
    """In AWS's order: the longest, the shortest, the pattern, and that there is a value at all."""
    rules = {
        "max": "Member must have length less than or equal to {}",
        "min": "Member must have length greater than or equal to {}",
        "pattern": "Member must satisfy regular expression pattern: {}",
    }
    told = [rule.format(shape.metadata[name]) for name, rule in rules.items() if name in shape.metadata]
    if isinstance(shape, StringShape) and shape.enum:
        told.append(_enum(shape))
    return ", ".join([*told, NOT_NULL])


def _enum(shape: StringShape) -> str:
    return f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"


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
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        problems.append(_enum(shape))
    if pattern and not _compiled(pattern).fullmatch(value):
        problems.append(f"Member must satisfy regular expression pattern: {pattern}")
    if UNSTORABLE.search(value):
        problems.append("Member must not contain NUL or lone surrogates")
    return problems


@cache
def _compiled(pattern: str) -> "regex.Pattern[str]":
    # The model's patterns are Java's: there `\w` and `\d` are ASCII, `\p{L}` is not.
    return regex.compile(pattern, 0 if r"\p" in pattern else regex.ASCII)


def as_parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """`UserName` -> `user_name`; what lists and structures hold keeps its spelling."""
    return {xform_name(name): value for name, value in given.items()}


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def storable(text: str) -> str:
    """The text with what no database can store replaced: for the record of bad input."""
    if text.isascii() and "\0" not in text:  # nearly all; the regex takes many times as long
        return text
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
