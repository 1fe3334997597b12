"""The shape that the operators share."""

from collections.abc import Callable

from policies_app.engine.templates import Lookup, Template

Test = Callable[[str, Lookup], bool]
"""(one value of the request, the context) -> whether it matches one value of the policy."""

Match = Callable[[Template], Test]
"""From the policy's value to its test, so that what depends on the policy alone is done once."""


def comparing[T](read: Callable[[str], T], compare: Callable[[T, T], bool], template: Template) -> Test:
    """An operator that reads both sides as the same type and compares request with policy, in that order."""
    if template.fixed:
        text = template.fixed_text
        return lambda value, _: compare(read(value), read(text))

    def test(value: str, lookup: Lookup) -> bool:
        wanted = read(template.text(lookup))  # first: a variable without a value matches nothing, readable or not
        return compare(read(value), wanted)

    return test
