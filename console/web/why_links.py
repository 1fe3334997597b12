"""From what was refused to the page that says why."""

from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from policies_app.engine.decision import Decision

from .acting import Acting
from .requests import ConsoleRequest

# What a form or an address brought to the request that was refused, and would bring again.
_BROUGHT: Final = ("iam:policyarn", "iam:passedtoservice", "iam:awsservicename", "aws:requesttag/", "aws:tagkeys")


def why_url(request: ConsoleRequest, decision: Decision) -> str:
    """Where to ask why, with what was refused filled in: as a role on the role's page. Empty on that page itself."""
    if request.resolver_match and request.resolver_match.url_name == "why":
        return ""
    asked = decision.request
    pairs = [("action", asked.action), ("resource", asked.resource)]
    for name, value in asked.context.items():
        if name.lower().startswith(_BROUGHT):
            pairs += [("key", name), ("value", value if isinstance(value, str) else ",".join(value))]
    match request.acting:
        case Acting(role=role):
            page = reverse("roles:why", args=[role.name])
        case _:
            page = reverse("me:why")
    return f"{page}?{urlencode([*pairs, ('refused', request.origin.request_id)])}"
