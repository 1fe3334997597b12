"""Reading an action: `service:Action` with wildcards, in any case, or `*`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
Whether the service and the action exist is the catalog's business.
"""

import re
from typing import Final

from policies_app.engine.document import Layer
from policies_app.engine.elements.reading import Problem, error, remembered, warning
from policies_app.engine.patterns import Pattern, compile_pattern
from policies_app.engine.reports import did_you_mean, shown

_SERVICE: Final = re.compile(r"[A-Za-z0-9.\-]+|\*")
_NAME: Final = re.compile(r"[A-Za-z0-9_*?\-]+")

TRUST_ACTIONS: Final = (
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:DecodeAuthorizationMessage",
    "sts:GetAccessKeyInfo",
    "sts:GetCallerIdentity",
    "sts:GetFederationToken",
    "sts:GetServiceBearerToken",
    "sts:GetSessionToken",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
)
"""The only actions that IAM takes in a role trust policy, each by its full name."""

_FOLDED_TRUST_ACTIONS: Final = frozenset(action.lower() for action in TRUST_ACTIONS)


@remembered
def read_action(text: str, kind: Layer) -> tuple[Pattern | None, Problem | None]:
    """The pattern, where IAM takes it, and what is to be said of it."""
    if "${" in text:
        message = f"{shown(text)} has a policy variable, which actions do not take"
        return None, error("VARIABLE_UNSUPPORTED_IN_ELEMENT", message)
    if problem := _problem(text):
        return None, error("INVALID_ACTION", problem)
    if kind is Layer.TRUST and text.lower() not in _FOLDED_TRUST_ACTIONS:
        message = f"{shown(text)} is not an action of role trust policies{did_you_mean(text, TRUST_ACTIONS)}"
        return None, error("UNSUPPORTED_ACTION_IN_POLICY", message)
    odd = text != "*" and not _NAME.fullmatch(text.partition(":")[2])
    message = f"{shown(text)} has characters that no action's name has"
    return compile_pattern(text, ignore_case=True), warning("INVALID_ACTION", message) if odd else None


def _problem(text: str) -> str | None:
    """What IAM refuses in an action."""
    if text == "*":
        return None
    service, colon, name = text.partition(":")
    if not colon or not name:
        return f"the action {shown(text)} is not of the form `service:Action`"
    if ":" in name:
        return f"the action {shown(text)} has more than one colon"
    if not _SERVICE.fullmatch(service):
        return f"the action {shown(text)} has no valid service prefix; a wildcard in it may only be `*` alone"
    return None
