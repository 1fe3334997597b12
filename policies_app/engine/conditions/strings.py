"""String operators; only StringLike has wildcards. Policy variables may stand in every value."""

from typing import Final

from policies_app.engine.conditions.matching import Match, Test
from policies_app.engine.templates import Template


def _equals(template: Template) -> Test:
    if template.fixed:
        text = template.fixed_text
        return lambda value, _: value == text
    return lambda value, lookup: template.text(lookup) == value


def _equals_ignoring_case(template: Template) -> Test:
    if template.fixed:
        text = template.fixed_text.lower()
        return lambda value, _: value.lower() == text
    return lambda value, lookup: template.text(lookup).lower() == value.lower()


def _like(template: Template) -> Test:
    if template.fixed:
        test = template.fixed.test
        return lambda value, _: test(value)
    return lambda value, lookup: template.test(lookup)(value)


MATCHES: Final[dict[str, Match]] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _like,
}
