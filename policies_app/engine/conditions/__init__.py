"""Whether the conditions of a statement hold for a request.

Conditions are joined by AND, the values of one by OR, those of a negated operator by NOR. A key that the request does
not have fails a condition, except under a negated operator, `…IfExists`, `Null` and `ForAllValues`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from collections.abc import Mapping
from typing import Final

from policies_app.engine.conditions import arns, binary, boolean, dates, ip_addresses, null, numbers, strings
from policies_app.engine.conditions.matching import Match
from policies_app.engine.document import Condition
from policies_app.engine.errors import EngineError, InvalidValue, UnresolvedVariable
from policies_app.engine.operators import Family, Quantifier
from policies_app.engine.templates import Lookup

MATCHES: Final[Mapping[str, Match]] = {
    **strings.MATCHES,
    **numbers.MATCHES,
    **dates.MATCHES,
    **boolean.MATCHES,
    **binary.MATCHES,
    **ip_addresses.MATCHES,
    **arns.MATCHES,
}
"""Every operator that compares one value of the request with one of the policy, by name; negated ones reuse these."""


def holds(condition: Condition, lookup: Lookup) -> bool:
    """Whether one condition holds; raises an `EngineError` when that cannot be told."""
    values = lookup(condition.key)
    if condition.operator.family is Family.NULL:
        return null.holds(condition.values, values)
    if not values:
        return _holds_without_key(condition)
    answers = [_matches_any(condition, value, lookup) for value in values]
    negated = condition.operator.negated
    match condition.quantifier:
        case None:
            return negated != _any(answers)
        case Quantifier.FOR_ALL_VALUES:
            return _empty(values) or not _any([_opposite(answer) for answer in answers] if not negated else answers)
        case Quantifier.FOR_ANY_VALUE:
            return not _empty(values) and _any([_opposite(answer) for answer in answers] if negated else answers)


def _holds_without_key(condition: Condition) -> bool:
    if condition.if_exists or condition.quantifier is Quantifier.FOR_ALL_VALUES:
        return True
    return condition.operator.negated and condition.quantifier is None


def _empty(values: tuple[str, ...]) -> bool:
    """AWS counts a key that resolves to nothing but empty strings as an empty set for the set operators.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    return not any(values)


Answer = bool | EngineError
"""Yes, no, or why it cannot be told."""


def _matches_any(condition: Condition, value: str, lookup: Lookup) -> Answer:
    """Whether a value of the request matches one of the policy's.

    A policy value with an unresolved variable matches nothing. Under a negated operator that would make the condition
    true, so there it cannot be told.
    """
    match = MATCHES[condition.operator.match]
    unknown: EngineError | None = None
    for template in condition.values:
        try:
            if match(template, value, lookup):
                return True
        except UnresolvedVariable as error:
            unknown = (unknown or error) if condition.operator.negated else unknown
        except InvalidValue as error:
            unknown = error
    return unknown or False


def _opposite(answer: Answer) -> Answer:
    return not answer if isinstance(answer, bool) else answer


def _any(answers: list[Answer]) -> bool:
    """Whether one answer is yes, whatever the order; raises the reason when only an unknown one could have been."""
    for answer in answers:
        if answer is True:
            return True
    for answer in answers:
        if isinstance(answer, EngineError):
            raise answer
    return False
