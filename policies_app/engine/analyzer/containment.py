"""Whether one pattern, value or condition takes in all that another does: True only where that is certain.

Not found are those that only together, or only by the least length of what a `?` beside a `*` matches, take in another.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from policies_app.engine.document import Condition
from policies_app.engine.errors import EngineError
from policies_app.engine.operators import Family
from policies_app.engine.patterns import compile_pattern
from policies_app.engine.templates import Literal, Template, Text, Variable
from policies_app.engine.values import read_network

# Characters that no document holds, as IAM takes none beyond U+00FF: plain `*` and `?`, and those of variables.
_PLAIN: Final = str.maketrans("*?", "\ue000\ue001")
_IN_VARIABLE: Final = {code: 0xE100 + code for code in range(0x100)}
_VARIABLE: Final = "\ue002{}\ue003"
_ONE: Final = "[^*\ue002\ue003\ue100-\ue1ff]"
_ARN_FIELDS: Final = 6


def canonical(template: Template) -> str:
    """The pattern as a text of its own: equal for equal meanings, whatever the version and the spelling of variables.

    Its `*` and `?` are wildcards; plain ones and variables are written with characters that no document holds.
    """
    return "".join(_canonical(part) for part in template.parts)


def _canonical(part: Text | Literal | Variable) -> str:
    match part:
        case Text(text):
            return text
        case Literal(text):
            return text.translate(_PLAIN)
        case Variable(key=key, default=default):
            return _VARIABLE.format((key if default is None else f"{key},{default}").translate(_IN_VARIABLE))


@lru_cache(maxsize=8192)
def covering(pattern: str) -> Callable[[str], bool]:
    """A test of whether another pattern, written likewise, matches nothing that this one does not."""
    if pattern == "*":
        return lambda _: True
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    if "?" not in pattern:
        # Its runs of literal text hold no wildcard, so that only a `*` of its own takes in one of the other.
        return compile_pattern(pattern, ignore_case=False).test
    first, *rest = (re.escape(run).replace(r"\?", _ONE) for run in re.split(r"\*+", pattern))
    # Each run in the middle is found at its first place and not looked for again, or this could take for ever.
    middle = "".join(f"(?>.*?{run})" for run in rest[:-1])
    regex = re.compile(first + middle + "".join(f".*{run}" for run in rest[-1:]), re.DOTALL)
    return lambda other: regex.fullmatch(other) is not None


def implies(narrow: Condition, wide: Condition) -> bool:
    """Whether the wide condition holds whenever the narrow one does. Of one key under one operator, the values tell."""
    if (narrow.key, narrow.operator, narrow.quantifier) != (wide.key, wide.operator, wide.quantifier):
        return False
    if narrow.if_exists and not wide.if_exists:
        return False
    family = narrow.operator.family
    narrow_values, wide_values = ([_value(each, narrow) for each in one.values] for one in (narrow, wide))
    if narrow.operator.negated:  # it asks for none of its values, so that more of them ask for more
        narrow_values, wide_values = wide_values, narrow_values
    if family is Family.STRING and "Like" not in narrow.operator.name:
        return set(narrow_values) <= set(wide_values)
    covers = {Family.STRING: _text_covers, Family.ARN: _arn_covers, Family.IP: _network_covers}.get(family, _same)
    return all(any(covers(one, other) for one in wide_values) for other in narrow_values)


def _value(template: Template, condition: Condition) -> str:
    ignores_case = condition.operator.name.endswith("IgnoreCase") or condition.operator.family in _IN_ANY_CASE
    return canonical(template).lower() if ignores_case else canonical(template)


_IN_ANY_CASE: Final = frozenset({Family.BOOL, Family.NULL})


def _same(one: str, other: str) -> bool:
    return one == other


def _text_covers(one: str, other: str) -> bool:
    return covering(one)(other)


def _arn_covers(one: str, other: str) -> bool:
    """The fields of ARNs are compared one by one."""
    fields, others = one.split(":", _ARN_FIELDS - 1), other.split(":", _ARN_FIELDS - 1)
    if one == other:
        return True
    return len(fields) == len(others) == _ARN_FIELDS and all(map(_text_covers, fields, others))


def _network_covers(one: str, other: str) -> bool:
    try:
        wide, narrow = read_network(one), read_network(other)
    except EngineError:
        return one == other
    return wide.version == narrow.version and narrow.subnet_of(wide)  # type: ignore[arg-type]  # of one version


def all_implied(wide: Iterable[Condition], narrow: Iterable[Condition]) -> bool:
    """Whether all of the wide conditions hold whenever all of the narrow ones do."""
    narrow = tuple(narrow)
    return all(any(implies(each, one) for each in narrow) for one in wide)
