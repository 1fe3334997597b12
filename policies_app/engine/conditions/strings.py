"""String operators; only StringLike has wildcards. Policy variables may stand in every value."""

from typing import Final

from policies_app.engine.conditions.matching import Match
from policies_app.engine.templates import Lookup, Template


def _equals(template: Template, value: str, lookup: Lookup) -> bool:
    return template.text(lookup) == value


def _equals_ignoring_case(template: Template, value: str, lookup: Lookup) -> bool:
    return template.text(lookup).lower() == value.lower()


def _like(template: Template, value: str, lookup: Lookup) -> bool:
    return template.pattern(lookup).test(value)


MATCHES: Final[dict[str, Match]] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _like,
}
