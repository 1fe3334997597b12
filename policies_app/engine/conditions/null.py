"""The Null operator: `"true"` asks that the key is absent, `"false"` that it is there."""

from policies_app.engine.templates import Template
from policies_app.engine.values import read_bool


def holds(expected: tuple[Template, ...], values: tuple[str, ...]) -> bool:
    return any(read_bool(template.source) is not bool(values) for template in expected)
