"""Whether the conditions of a statement hold for a request.

Conditions are joined by AND, the values of one by OR, those of a negated operator by NOR. A key that the request does
not have fails a condition, except under a negated operator, `…IfExists`, `Null` and `ForAllValues`.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from collections.abc import Callable, Mapping
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


Holds = Callable[[Lookup], bool]
"""From the context to whether a condition holds; raises an `EngineError` when that cannot be told."""


def holds(condition: Condition, lookup: Lookup) -> bool:
    """Whether one condition holds; raises an `EngineError` when that cannot be told."""
    return compiled(condition)(lookup)


def compiled(condition: Condition) -> Holds:
    """The condition with all that does not depend on the request done beforehand."""
    key, absent, negated = condition.key, _holds_without_key(condition), condition.operator.negated
    if condition.operator.family is Family.NULL:
        return lambda lookup: null.holds(condition.values, lookup(key))
    if not condition.quantifier and (texts := _fixed_texts(condition)) is not None:
        return lambda lookup: negated is texts.isdisjoint(values) if (values := lookup(key)) else absent
    matches = _matching_any(condition)

    def single(lookup: Lookup) -> bool:
        values = lookup(key)
        if not values:
            return absent
        answer = matches(values[0], lookup) if len(values) == 1 else None
        if isinstance(answer, bool):
            return negated != answer
        return negated != _any([matches(value, lookup) for value in values])

    def for_all_values(lookup: Lookup) -> bool:
        values = lookup(key)
        if not values or _empty(values):
            return True
        answers = [matches(value, lookup) for value in values]
        return not _any(answers if negated else [_opposite(answer) for answer in answers])

    def for_any_value(lookup: Lookup) -> bool:
        values = lookup(key)
        if not values:
            return absent
        answers = [matches(value, lookup) for value in values]
        return not _empty(values) and _any([_opposite(answer) for answer in answers] if negated else answers)

    match condition.quantifier:
        case None:
            return single
        case Quantifier.FOR_ALL_VALUES:
            return for_all_values
        case Quantifier.FOR_ANY_VALUE:
            return for_any_value


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


def _matching_any(condition: Condition) -> Callable[[str, Lookup], Answer]:
    """Whether a value of the request matches one of the policy's.

    A policy value with an unresolved variable matches nothing. Under a negated operator that would make the condition
    true, so there it cannot be told.
    """
    negated = condition.operator.negated
    if (texts := _fixed_texts(condition)) is not None:
        return lambda value, _: value in texts
    tests = [MATCHES[condition.operator.match](template) for template in condition.values]

    def matches(value: str, lookup: Lookup) -> Answer:
        unknown: EngineError | None = None
        for test in tests:
            try:
                if test(value, lookup):
                    return True
            except UnresolvedVariable as error:
                unknown = (unknown or error) if negated else unknown
            except InvalidValue as error:
                unknown = error
        return unknown or False

    return matches


def _fixed_texts(condition: Condition) -> frozenset[str] | None:
    """The values of a StringEquals without variables: often many, and none that could not be told."""
    if condition.operator.match == "StringEquals" and all(template.fixed for template in condition.values):
        return frozenset(template.fixed_text for template in condition.values)
    return None


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
