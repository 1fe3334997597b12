"""The condition operators of the language, by name: what is compared and whether the answer is negated.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
How each one compares is in `conditions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from policies_app.engine.values import read_binary, read_bool, read_date, read_network, read_number


class Family(StrEnum):
    STRING = "string"
    NUMERIC = "number"
    DATE = "date"
    BOOL = "boolean"
    BINARY = "binary"
    IP = "IP address"
    ARN = "ARN"
    NULL = "null check"


class Quantifier(StrEnum):
    """How an operator looks at a key with several values."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


@dataclass(frozen=True, slots=True)
class Operator:
    """`match` names the operator that decides a single pair of values; a negated one asks for its opposite."""

    name: str
    family: Family
    match: str
    negated: bool = False


def _family(family: Family, *names: str, negated: dict[str, str] | None = None) -> list[Operator]:
    return [Operator(name, family, name) for name in names] + [
        Operator(name, family, match, negated=True) for name, match in (negated or {}).items()
    ]


OPERATORS: Final[dict[str, Operator]] = {
    operator.name: operator
    for operator in [
        *_family(
            Family.STRING,
            "StringEquals",
            "StringEqualsIgnoreCase",
            "StringLike",
            negated={
                "StringNotEquals": "StringEquals",
                "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
                "StringNotLike": "StringLike",
            },
        ),
        *_family(
            Family.NUMERIC,
            "NumericEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
            negated={"NumericNotEquals": "NumericEquals"},
        ),
        *_family(
            Family.DATE,
            "DateEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
            negated={"DateNotEquals": "DateEquals"},
        ),
        *_family(Family.BOOL, "Bool"),
        *_family(Family.BINARY, "BinaryEquals"),
        *_family(Family.IP, "IpAddress", negated={"NotIpAddress": "IpAddress"}),
        *_family(Family.ARN, "ArnEquals", "ArnLike", negated={"ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike"}),
        *_family(Family.NULL, "Null"),
    ]
}

VARIABLE_FAMILIES: Final = frozenset({Family.STRING, Family.ARN, Family.BOOL})
"""The families whose values may hold policy variables."""

READERS: Final[dict[Family, Callable[[str], object]]] = {
    Family.NUMERIC: read_number,
    Family.DATE: read_date,
    Family.BOOL: read_bool,
    Family.BINARY: read_binary,
    Family.IP: read_network,
    Family.NULL: read_bool,
}
"""What a value of the family must be readable as; strings and ARN patterns are free text."""

IF_EXISTS: Final = "IfExists"


@dataclass(frozen=True, slots=True)
class Spelled:
    """A condition operator as a policy spells it: `ForAnyValue:StringLikeIfExists`."""

    operator: Operator
    quantifier: Quantifier | None
    if_exists: bool


def read_operator(text: str) -> Spelled | None:
    """Read an operator with its quantifier and suffix; None when there is no such operator. Case matters."""
    prefix, colon, name = text.rpartition(":")
    if colon and prefix not in Quantifier:
        return None
    base = name.removesuffix(IF_EXISTS)
    if (operator := OPERATORS.get(base)) is None:
        return None
    return Spelled(operator, Quantifier(prefix) if colon else None, base != name)
