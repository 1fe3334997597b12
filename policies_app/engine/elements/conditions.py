"""Reading the Condition element: operators, keys and values, each value readable as what its operator compares.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

import re
from typing import Final

from policies_app.engine.arn import FIELDS
from policies_app.engine.document import Condition, Version
from policies_app.engine.elements.reading import LocatedText, Reading
from policies_app.engine.errors import InvalidValue
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Json, JsonArray, JsonMember, JsonNumber, JsonObject, JsonString, JsonWord
from policies_app.engine.operators import OPERATORS, READERS, VARIABLE_FAMILIES, Family, Spelled, read_operator
from policies_app.engine.reports import did_you_mean, shown
from policies_app.engine.templates import Template

_KEY: Final = re.compile(r"[^:\s]+:.*\S")
_TYPE_MISMATCH: Final[dict[Family, str]] = {
    Family.NUMERIC: "TYPE_MISMATCH_NUMBER",
    Family.DATE: "TYPE_MISMATCH_DATE",
    Family.BOOL: "TYPE_MISMATCH_BOOLEAN",
    Family.BINARY: "TYPE_MISMATCH_BINARY",
    Family.IP: "TYPE_MISMATCH_IP_RANGE",
    Family.NULL: "TYPE_MISMATCH_BOOLEAN",
}
_WITHOUT_WILDCARDS: Final = frozenset({"StringEquals", "StringEqualsIgnoreCase"})


def read_conditions(node: Json, path: Path, reading: Reading) -> tuple[Condition, ...]:
    if not isinstance(node, JsonObject):
        reading.mismatch("Condition", "an object", node, path)
        return ()
    if not node.members:
        message = "the Condition is empty and has no effect"
        reading.report.suggestion("EMPTY_OBJECT_CONDITION", message, path, node.start, node.end)
    return tuple(condition for member in node.members for condition in _read_block(member, path, reading))


def _read_block(member: JsonMember, path: Path, reading: Reading) -> list[Condition]:
    """One operator with the keys under it."""
    report = reading.report
    key, block = member.key, member.value
    where: Path = (*path, key.value)
    operator = read_operator(key.value)
    if operator is None:
        name = key.value.rpartition(":")[2].removesuffix("IfExists")
        message = f"unknown condition operator {shown(key.value)}{did_you_mean(name, OPERATORS)}"
        report.error("INVALID_CONDITION_OPERATOR", message, where, key.start, key.end)
    elif operator.operator.family is Family.NULL:
        _check_null(operator, member, where, reading)
    if not isinstance(block, JsonObject):
        reading.mismatch(f"the value of {shown(key.value)}", "an object of keys and values", block, where)
        return []
    conditions: list[Condition] = []
    seen: set[str] = set()
    for entry in block.members:
        place: Path = (*where, entry.key.value)
        _check_key(entry, place, seen, reading)
        texts = _texts(entry.value, entry.key.value, place, reading)
        if operator is None or texts is None:
            continue
        values = tuple(_read_value(operator, *text, reading) for text in texts)
        conditions.append(
            Condition(
                operator.operator,
                operator.quantifier,
                operator.if_exists,
                entry.key.value.lower(),
                entry.key.value,
                values,
                report.span(entry.key.start, entry.value.end),
            )
        )
    return conditions


def _check_null(operator: Spelled, member: JsonMember, path: Path, reading: Reading) -> None:
    key = member.key
    if operator.if_exists:
        message = "Null asks whether a key exists, so it takes no IfExists"
        reading.report.error("NULL_WITH_IF_EXISTS", message, path, key.start, key.end)
    if operator.quantifier:
        message = f"Null asks whether a key exists, so {operator.quantifier} has no effect"
        reading.report.suggestion("NULL_WITH_QUALIFIER", message, path, key.start, key.end)


def _check_key(entry: JsonMember, path: Path, seen: set[str], reading: Reading) -> None:
    """Keys have no case, so two that differ in it alone are one key twice."""
    key = entry.key
    if key.value.lower() in seen:
        message = f"the key {shown(key.value)} stands under this operator already, in other capitals"
        reading.report.error("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", message, path, key.start, key.end)
    seen.add(key.value.lower())
    if not _KEY.fullmatch(key.value):
        message = f"the condition key {shown(key.value)} is not of the form `service:key`, so no request has it"
        reading.report.warning("INVALID_CONDITION_KEY_FORMAT", message, path, key.start, key.end)


def _texts(node: Json, key: str, path: Path, reading: Reading) -> list[LocatedText] | None:
    """The values of a key as texts: strings, numbers and booleans, one or a list."""
    if not isinstance(node, JsonArray):
        text = _text(node, key, path, reading)
        return None if text is None else [(text, node, path)]
    if not node.items:
        message = f"the key {shown(key)} has no values, so nothing equals one of them"
        reading.report.suggestion("EMPTY_ARRAY_CONDITION", message, path, node.start, node.end)
    texts: list[LocatedText] = []
    for index, item in enumerate(node.items):
        if (text := _text(item, key, (*path, index), reading)) is not None:
            texts.append((text, item, (*path, index)))
    return texts


def _text(node: Json, key: str, path: Path, reading: Reading) -> str | None:
    match node:
        case JsonString():
            return node.value
        case JsonNumber():
            return node.text
        case JsonWord(value=bool()):
            return "true" if node.value else "false"
        case _:
            reading.mismatch(f"a value of {shown(key)}", "a string, number or boolean", node, path)
            return None


def _read_value(operator: Spelled, text: str, node: Json, path: Path, reading: Reading) -> Template:
    report = reading.report
    family = operator.operator.family
    if family in VARIABLE_FAMILIES:
        template = reading.template(text, node, path)
    elif "${" in text and reading.version is Version.V2012:
        message = f"{operator.operator.name} takes no policy variables, but {shown(text)} has one"
        report.error("INVALID_VARIABLE_FOR_OPERATOR", message, path, node.start, node.end)
        return Template.plain(text)
    else:
        template = Template.plain(text)
    reader = READERS.get(family)
    if reader is not None and template.fixed is not None:
        try:
            reader(text)
        except InvalidValue as error:
            report.error(_TYPE_MISMATCH[family], f"{operator.operator.name}: {error}", path, node.start, node.end)
    elif family is Family.ARN and template.fixed is not None and text != "*" and text.count(":") < FIELDS - 1:
        message = f"{shown(text)} does not have the six fields of an ARN, so {operator.operator.name} never matches it"
        report.warning("MISSING_ARN_FIELD", message, path, node.start, node.end)
    elif operator.operator.match in _WITHOUT_WILDCARDS and "*" in template.source.replace("${*}", ""):
        message = f"{operator.operator.name} has no wildcards, so `*` stands for itself; use StringLike"
        report.warning("WILDCARD_WITHOUT_LIKE_OPERATOR", message, path, node.start, node.end)
    return template
