"""ARN operators: each of the six fields is matched on its own, so that no wildcard reaches past a colon.

ArnEquals and ArnLike behave identically. The colons after the fifth belong to the resource.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from policies_app.engine.arn import FIELDS
from policies_app.engine.conditions.matching import Match, Test
from policies_app.engine.patterns import Token, matcher
from policies_app.engine.templates import Template

FieldTests = tuple[Callable[[str], bool], ...]


def _like(template: Template) -> Test:
    if template.source == "*":  # not an ARN, yet plain in its meaning
        return lambda _value, _lookup: True
    if template.fixed:
        tests = _field_tests(tuple(template.fixed_tokens))
        return lambda value, _: _matches(tests, value)
    return lambda value, lookup: _matches(_field_tests(tuple(template.tokens(lookup))), value)


def _matches(tests: FieldTests, value: str) -> bool:
    fields = value.split(":", FIELDS - 1)
    if len(tests) != FIELDS or len(fields) != FIELDS:
        return False
    return all(test(field) for test, field in zip(tests, fields, strict=True))


@lru_cache(1024)
def _field_tests(tokens: tuple[Token, ...]) -> FieldTests:
    """Cut the tokens of a pattern at the first five colons, those of substituted values included."""
    fields: list[list[Token]] = [[]]
    for token in tokens:
        if not isinstance(token, str):
            fields[-1].append(token)
            continue
        first, *rest = token.split(":", FIELDS - len(fields))
        fields[-1].append(first)
        fields.extend([piece] for piece in rest)
    return tuple(matcher(field) for field in fields)


MATCHES: Final[dict[str, Match]] = {"ArnEquals": _like, "ArnLike": _like}
