"""The shape that the operators share."""

from collections.abc import Callable

from policies_app.engine.templates import Lookup, Template

Match = Callable[[Template, str, Lookup], bool]
"""(the policy's value, one value of the request, the context) -> whether they match."""


def comparing[T](read: Callable[[str], T], compare: Callable[[T, T], bool]) -> Match:
    """An operator that reads both sides as the same type and compares request with policy, in that order."""

    def match(template: Template, value: str, lookup: Lookup) -> bool:
        return compare(read(value), read(template.text(lookup)))

    return match
