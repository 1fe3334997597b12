"""Reading the Condition element: operators, keys and values, each value readable as what its operator compares.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from policies_app.engine.arn import FIELDS
from policies_app.engine.document import Condition, Version
from policies_app.engine.elements.reading import (
    Problem,
    Reading,
    TextAt,
    error,
    read_template,
    remembered,
    warning,
)
from policies_app.engine.errors import InvalidValue
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Plain
from policies_app.engine.operators import (
    OPERATORS,
    READERS,
    VARIABLE_FAMILIES,
    Family,
    Operator,
    Spelled,
    read_operator,
)
from policies_app.engine.reports import did_you_mean, shown
from policies_app.engine.templates import Template

_KEY: Final = re.compile(r"[^:\s]+:.*\S")
_TYPE_MISMATCH: Final[dict[Family, str]] = {
    Family.NUMERIC: "TYPE_MISMATCH_NUMBER",
    Family.DATE: "TYPE_MISMATCH_DATE",
    Family.BOOL: "TYPE_MISMATCH_BOOLEAN",
    Family.BINARY: "TYPE_MISMATCH_STRING",
    Family.IP: "TYPE_MISMATCH_IP_RANGE",
    Family.NULL: "TYPE_MISMATCH_BOOLEAN",
}
_WITHOUT_WILDCARDS: Final = frozenset({"StringEquals", "StringEqualsIgnoreCase"})


def read_conditions(node: Plain, path: Path, reading: Reading) -> tuple[Condition, ...]:
    if not isinstance(node, dict):
        reading.mismatch("Condition", "an object", node, path)
        return ()
    if not node:
        reading.suggestion("EMPTY_OBJECT_CONDITION", "the Condition is empty and has no effect", path)
    return tuple(
        condition
        for spelling, block in node.items()
        for condition in _read_block(spelling, block, (*path, spelling), reading)
    )


def _read_block(spelling: str, block: Plain, path: Path, reading: Reading) -> list[Condition]:
    """One operator with the keys under it."""
    operator = _operator(spelling)
    if operator is None:
        name = spelling.rpartition(":")[2].removesuffix("IfExists")
        message = f"unknown condition operator {shown(spelling)}{did_you_mean(name, OPERATORS)}"
        reading.error("INVALID_CONDITION_OPERATOR", message, path, at_key=True)
    elif operator.operator.family is Family.NULL:
        _check_null(operator, path, reading)
    if not isinstance(block, dict):
        reading.mismatch(f"the value of {shown(spelling)}", "an object of keys and values", block, path)
        return []
    conditions: list[Condition] = []
    seen: set[str] = set()
    for key, value in block.items():
        place: Path = (*path, key)
        folded = key.lower()
        _check_key(key, folded, place, seen, reading)
        texts = _texts(value, key, place, reading)
        if operator is None or texts is None:
            continue
        values = []
        for text, index in texts:
            template, problems = read_value(text, operator.operator.name, reading.version)
            values.append(template)
            for problem in problems:
                reading.add(problem, (*place, *index))
        conditions.append(
            Condition(
                operator.operator,
                operator.quantifier,
                operator.if_exists,
                folded,
                key,
                tuple(values),
                reading.span(place, with_key=True),
            )
        )
    return conditions


def _check_null(operator: Spelled, path: Path, reading: Reading) -> None:
    if operator.if_exists:
        message = "Null asks whether a key exists, so it takes no IfExists"
        reading.error("NULL_WITH_IF_EXISTS", message, path, at_key=True)
    if operator.quantifier:
        message = f"Null asks whether a key exists, so {operator.quantifier} has no effect"
        reading.suggestion("NULL_WITH_QUALIFIER", message, path, at_key=True)


def _check_key(key: str, folded: str, path: Path, seen: set[str], reading: Reading) -> None:
    """Keys have no case, so two that differ in it alone are one key twice."""
    if folded in seen:
        message = f"the key {shown(key)} stands under this operator already, in other capitals"
        reading.error("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", message, path, at_key=True)
    seen.add(folded)
    if not _KEY.fullmatch(key):
        message = f"the condition key {shown(key)} is not of the form `service:key`, so no request has it"
        reading.warning("INVALID_CONDITION_KEY_FORMAT", message, path, at_key=True)


def _texts(value: Plain, key: str, path: Path, reading: Reading) -> list[TextAt] | None:
    """The values of a key as texts: strings, numbers and booleans, one or a list."""
    if not isinstance(value, list):
        text = _text(value, key, path, reading)
        return None if text is None else [(text, ())]
    if not value:
        message = f"the key {shown(key)} has no values, so nothing equals one of them"
        reading.suggestion("EMPTY_ARRAY_CONDITION", message, path)
    texts: list[TextAt] = []
    for index, item in enumerate(value):
        if (text := _text(item, key, (*path, index), reading)) is not None:
            texts.append((text, (index,)))
    return texts


def _text(value: Plain, key: str, path: Path, reading: Reading) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case _:
            reading.mismatch(f"a value of {shown(key)}", "a string, number or boolean", value, path)
            return None


_operator = lru_cache(256)(read_operator)


@remembered
def read_value(text: str, name: str, version: Version) -> tuple[Template, tuple[Problem, ...]]:
    """A value under the operator of a name."""
    family = OPERATORS[name].family
    problems: tuple[Problem, ...] = ()
    if family in VARIABLE_FAMILIES:
        template, problems = read_template(text, version)
    elif "${" in text and version is Version.V2012:
        message = f"{name} takes no policy variables, but {shown(text)} has one"
        return Template.plain(text), (error("INVALID_VARIABLE_FOR_OPERATOR", message),)
    else:
        template = Template.plain(text)
    return template, (*problems, *_problems_of_value(text, template, OPERATORS[name]))


def _problems_of_value(text: str, template: Template, operator: Operator) -> Iterator[Problem]:
    family = operator.family
    reader = READERS.get(family)
    if reader is not None and template.fixed is not None:
        try:
            reader(text)
        except InvalidValue as problem:
            yield error(_TYPE_MISMATCH[family], f"{operator.name}: {problem}")
    elif family is Family.ARN and template.fixed is not None and text != "*" and text.count(":") < FIELDS - 1:
        message = f"{shown(text)} does not have the six fields of an ARN, so {operator.name} never matches it"
        yield warning("MISSING_ARN_FIELD", message)
    elif operator.match in _WITHOUT_WILDCARDS and "*" in template.source.replace("${*}", ""):
        message = f"{operator.name} has no wildcards, so `*` stands for itself; use StringLike"
        yield warning("WILDCARD_WITHOUT_LIKE_OPERATOR", message)
