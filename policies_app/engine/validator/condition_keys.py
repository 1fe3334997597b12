"""Condition keys against the catalog: whether they exist, and whether the operator fits them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterator

from policies_app.engine.catalog.services import KeyType
from policies_app.engine.operators import Family
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, condition_check
from policies_app.engine.validator.facts import ConditionFact
from policies_app.engine.validator.lookups import condition_key, service


@condition_check("INVALID_SERVICE_CONDITION_KEY", "INVALID_GLOBAL_CONDITION_KEY")
def keys_that_do_not_exist(condition: ConditionFact) -> Iterator[Hit]:
    prefix, colon, _ = condition.folded.partition(":")
    if not colon or condition_key(condition.folded) is not None:
        return
    if prefix == "aws":
        message = f"there is no global condition key {shown(condition.key)}"
        yield Hit("INVALID_GLOBAL_CONDITION_KEY", condition.path, message, at_key=True)
    elif service(prefix) is not None:
        message = f"the service {shown(prefix)} has no condition key {shown(condition.key)}"
        yield Hit("INVALID_SERVICE_CONDITION_KEY", condition.path, message, at_key=True)


@condition_check("MISSING_QUALIFIER")
def lists_without_a_set_operator(condition: ConditionFact) -> Iterator[Hit]:
    if condition.spelled is None or condition.quantifier or condition.family is Family.NULL:
        return
    known = condition_key(condition.folded)
    if known is not None and known.multivalued:
        message = f"a request may have several values of {shown(condition.key)}; say ForAnyValue or ForAllValues"
        yield Hit("MISSING_QUALIFIER", condition.path, message, at_key=True)


@condition_check("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS")
def string_patterns_for_arns(condition: ConditionFact) -> Iterator[Hit]:
    if condition.spelled is None or condition.spelled.operator.match != "StringLike":
        return
    known = condition_key(condition.folded)
    if known is not None and known.type is KeyType.ARN:
        fitting = condition.spelling.replace("String", "Arn")
        message = f"{shown(condition.key)} holds ARNs; {fitting} compares them field by field, {condition.spelling} not"
        yield Hit("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", condition.path, message, at_key=True)


@condition_check("EQUIVALENT_TO_NULL_FALSE")
def patterns_that_everything_matches(condition: ConditionFact) -> Iterator[Hit]:
    if condition.spelling != "StringLike":
        return
    for value in condition.values:
        if value.text == "*":
            message = f"`*` only asks that there is a {shown(condition.key)}; Null with `false` says so"
            yield Hit("EQUIVALENT_TO_NULL_FALSE", value.path, message)
