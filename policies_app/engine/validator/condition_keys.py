"""Condition keys against the catalog: whether they exist, and whether the operator fits them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from policies_app.engine.catalog.services import Action, ConditionKey, KeyType, catalog
from policies_app.engine.findings import FindingType
from policies_app.engine.operators import Family, Quantifier
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, Repair, condition_check, conditional_check, own
from policies_app.engine.validator.facts import ConditionFact, StatementFacts
from policies_app.engine.validator.lookups import condition_key, guess, service

CONDITION_KEY_NOT_SUPPORTED = own("CONDITION_KEY_NOT_SUPPORTED", FindingType.SUGGESTION)

_UNSUPPORTED: Final = {"aws:arn": "aws:PrincipalArn or aws:SourceArn"}
_DEPRECATED: Final = {"aws:sourceowner": "aws:SourceAccount"}
_UNLISTED: Final = frozenset({"aws:principalorgmasteraccountid"})
"""Global keys that AWS's list leaves out."""

_TAG_FAMILIES: Final = ("resourcetag", "requesttag", "principaltag")
_SPOOFABLE: Final = frozenset({"aws:referer", "aws:useragent"})
_PAIRED: Final = {"aws:vpcsourceip": ("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn")}
"""A private address means something only within its VPC."""

_FITTING: Final = {
    KeyType.BOOL: frozenset({Family.BOOL}),
    KeyType.NUMERIC: frozenset({Family.NUMERIC}),
    KeyType.DATE: frozenset({Family.DATE}),
    KeyType.IP_ADDRESS: frozenset({Family.IP}),
    KeyType.ARN: frozenset({Family.ARN, Family.STRING}),
    KeyType.STRING: frozenset({Family.STRING, Family.ARN, Family.BOOL, Family.BINARY, Family.NUMERIC}),
}
"""The families of operators that compare values of a type. Many keys that are listed as strings hold something else."""


@condition_check(
    "INVALID_SERVICE_CONDITION_KEY",
    "INVALID_GLOBAL_CONDITION_KEY",
    "UNSUPPORTED_GLOBAL_CONDITION_KEY",
    "DEPRECATED_GLOBAL_CONDITION_KEY",
    "MISSING_TAG_KEY_IN_CONDITION",
)
def keys_that_do_not_exist(condition: ConditionFact) -> Iterator[Hit]:
    key = condition.folded
    prefix, colon, name = key.partition(":")
    if not colon or key in _UNLISTED:
        return
    if key in _UNSUPPORTED:
        message = f"{shown(condition.key)} is not supported; use {_UNSUPPORTED[key]}"
        yield Hit("UNSUPPORTED_GLOBAL_CONDITION_KEY", condition.path, message, at_key=True)
    elif key in _DEPRECATED:
        message = f"{shown(condition.key)} is out of date; use {_DEPRECATED[key]}"
        yield Hit("DEPRECATED_GLOBAL_CONDITION_KEY", condition.path, message, at_key=True)
    elif name.rstrip("/") in _TAG_FAMILIES:
        message = f"{shown(condition.key)} names no tag; write {condition.key.rstrip('/')}/name-of-the-tag"
        yield Hit("MISSING_TAG_KEY_IN_CONDITION", condition.path, message, at_key=True)
    elif condition_key(key) is None:
        if prefix == "aws":
            code, message = "INVALID_GLOBAL_CONDITION_KEY", f"there is no global condition key {shown(condition.key)}"
        elif service(prefix) is not None:
            code = "INVALID_SERVICE_CONDITION_KEY"
            message = f"the service {shown(prefix)} has no condition key {shown(condition.key)}"
        else:
            return
        if meant := _nearest_key(key):
            repair = Repair(f"Change to {meant}", f'"{meant}"')
            yield Hit(code, condition.path, f"{message}; did you mean {shown(meant)}?", at_key=True, repair=repair)
        else:
            yield Hit(code, condition.path, message, at_key=True)


@lru_cache(maxsize=1024)
def _nearest_key(folded: str) -> str | None:
    prefix = folded.partition(":")[0]
    found = service(prefix)
    keys = catalog().global_condition_keys if prefix == "aws" else found.condition_keys if found else {}
    return guess(folded, [key.name for key in keys.values() if "$" not in key.name and key.name.startswith(prefix)])


@condition_check("MISSING_QUALIFIER", "FORALLVALUES_WITH_SINGLE_VALUED_KEY")
def set_operators(condition: ConditionFact) -> Iterator[Hit]:
    if condition.spelled is None or condition.family is Family.NULL:
        return
    known = condition_key(condition.folded)
    if known is None:
        return
    if known.multivalued and condition.quantifier is None:
        message = f"a request may have several values of {shown(condition.key)}; say ForAnyValue or ForAllValues"
        yield Hit("MISSING_QUALIFIER", condition.path, message, at_key=True)
    elif not known.multivalued and condition.quantifier is Quantifier.FOR_ALL_VALUES:
        message = f"{shown(condition.key)} has one value, and ForAllValues also holds where it is missing; leave it out"
        yield Hit("FORALLVALUES_WITH_SINGLE_VALUED_KEY", condition.path, message, at_key=True)


@condition_check("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", "TYPE_MISMATCH")
def operators_of_another_type(condition: ConditionFact) -> Iterator[Hit]:
    family = condition.family
    if condition.spelled is None or family is None or family is Family.NULL:
        return
    known = condition_key(condition.folded)
    if known is None:
        return
    if known.type is KeyType.ARN and condition.spelled.operator.match == "StringLike":
        fitting = condition.spelling.replace("String", "Arn")
        message = f"{shown(condition.key)} holds ARNs, which {fitting} compares field by field"
        yield Hit("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", condition.path, message, at_key=True)
    elif family not in _FITTING[known.type]:
        message = f"{shown(condition.key)} is of the type {known.type}, which {condition.spelling} does not compare"
        yield Hit("TYPE_MISMATCH", condition.path, message, at_key=True)


@condition_check("UNTRUSTWORTHY_CONDITION_KEY")
def keys_that_callers_choose(condition: ConditionFact) -> Iterator[Hit]:
    if condition.folded in _SPOOFABLE and condition.family is not Family.NULL:
        message = f"callers send any {shown(condition.key)} they like, so it keeps nobody out"
        yield Hit("UNTRUSTWORTHY_CONDITION_KEY", condition.path, message, at_key=True)


@conditional_check("MISSING_PAIRED_CONDITION_KEYS")
def keys_without_their_companion(statement: StatementFacts) -> Iterator[Hit]:
    for condition in statement.conditions:
        companions = _PAIRED.get(condition.folded)
        if companions and not statement.condition_keys.intersection(companions):
            message = f"{shown(condition.key)} says little alone, as addresses repeat; add aws:SourceVpc"
            yield Hit("MISSING_PAIRED_CONDITION_KEYS", condition.path, message, at_key=True)


@conditional_check(CONDITION_KEY_NOT_SUPPORTED)
def keys_of_other_actions(statement: StatementFacts) -> Iterator[Hit]:
    """AWS documents the keys of each action; those of a service bear on no action that does not list them."""
    for condition in statement.conditions:
        prefix = condition.folded.partition(":")[0]
        if prefix == "aws" or condition.negated or condition.if_exists or statement.action_element != "Action":
            continue
        known = condition_key(condition.folded)
        for entry in statement.actions if known and service(prefix) else ():
            if entry.pattern.action and not supports(entry.pattern.action, known):
                message = f"{shown(entry.text)} knows no {shown(condition.key)}, so it never fits this condition"
                yield Hit(CONDITION_KEY_NOT_SUPPORTED, entry.path, message)


@lru_cache(maxsize=4096)
def supports(action: Action, key: ConditionKey | None) -> bool:
    found = service(action.service)
    assert found is not None
    return key is not None and (
        key.name in action.condition_keys
        or any(
            key.name in resource.condition_keys
            or key.name in found.resource_types[resource.resource_type.lower()].condition_keys
            for resource in action.resources
        )
    )


@conditional_check("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT")
def attributes_without_select(statement: StatementFacts) -> Iterator[Hit]:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html"""
    if not statement.allows or "dynamodb:select" in statement.condition_keys:
        return
    for condition in statement.conditions:
        if condition.folded == "dynamodb:attributes":
            message = "a read that names no attributes returns all; add dynamodb:Select with SPECIFIC_ATTRIBUTES"
            yield Hit("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", condition.path, message, at_key=True)


@conditional_check("S3_PREFIX_IN_NEGATIVE_CONTEXT")
def prefixes_that_are_easily_shortened(statement: StatementFacts) -> Iterator[Hit]:
    """A listing by a shorter prefix shows what a longer one was to hide."""
    for condition in statement.conditions:
        compared = condition.folded == "s3:prefix" and condition.family is Family.STRING
        if compared and statement.effect is not None and condition.negated == statement.allows:
            message = "a shorter prefix lists the same objects; allow with StringLike, or deny with StringNotLike"
            yield Hit("S3_PREFIX_IN_NEGATIVE_CONTEXT", condition.path, message, at_key=True)


@conditional_check("USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES")
def endpoint_keys_for_every_service(statement: StatementFacts) -> Iterator[Hit]:
    """Only some services know whose VPC endpoint a request came through."""
    everything = statement.action_element == "NotAction" or any(entry.text == "*" for entry in statement.actions)
    for condition in statement.conditions:
        if everything and condition.folded in ("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"):
            message = f"only some services know {shown(condition.key)}; name their actions"
            yield Hit("USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES", condition.path, message, at_key=True)
