"""Policies with where they come from, written in a line."""

import json
from typing import Any

from policies_app.engine.decision import Layer, PolicySource, Sourced
from policies_app.engine.parser import parse

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY: dict[str, Any] = ALLOW | {"Effect": "Deny"}


def sourced(layer: Layer, *statements: dict[str, Any], name: str = "P", level: str = "") -> Sourced:
    """A valid policy of the layer."""
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=1)
    parsed = parse(text, layer)
    assert parsed.policy is not None, parsed.errors
    return PolicySource(layer, name, level=level), parsed.policy
