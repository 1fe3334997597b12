"""What every page of one policy stands on: the policy itself, its heading and its tabs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Literal
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.engine.evaluator import Decision
from policies_app.models import Policy
from policies_app.models.policies import policy_arn
from policies_app.operations import policies
from policies_app.operations.calls import Call

type Scope = Literal["aws", "local"]

TABS = {
    "detail": "Document",
    "versions": "Versions",
    "entities": "Entities",
    "tags": "Tags",
    "last_accessed": "Last accessed",
    "events": "Events",
}


def of_policy[**P](view: Callable[Concatenate[ConsoleRequest, Policy, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """The view gets the policy. Who may not read it gets the refusal in the place of the page."""

    @wraps(view)
    def with_policy(
        request: ConsoleRequest, scope: Scope, policy_name: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        arn = policies.arn_named(request.call, scope, policy_name)
        found = panel(policies.get_policy, request.call, policy_arn=arn)
        if found.value is None:
            return refused(request, policy_name, found.refused)
        return view(request, found.value, *args, **kwargs)

    return with_policy


def refused(request: ConsoleRequest, policy_name: str, decision: Decision | None) -> HttpResponse:
    return render(request, "policies/refused.html", {"name": policy_name, "decision": decision}, status=403)


def page(
    request: ConsoleRequest, policy: Policy, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A tab of the policy's page; the route says which."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    active = "versions" if route in {"version", "compare"} else route
    own = {key: label for key, label in TABS.items() if key != "tags" or not policy.is_aws_managed}
    may = request.call.may
    return render(
        request,
        template,
        {
            "policy": policy,
            "tabs": [{"url": url(policy, key), "label": label, "active": key == active} for key, label in own.items()],
            "may_edit": may("iam:CreatePolicyVersion", policy),
            "may_delete": may("iam:DeletePolicy", policy),
            "may_create": may_create(request.call),
            **context,
        },
        status=status,
    )


def may_create(call: Call, path: str = "/") -> Decision:
    """For a new policy of any name under the path."""
    return call.may("iam:CreatePolicy", policy_arn(call.account_id, "*", path))


def url(policy: Policy, route: str = "detail", **more: str) -> str:
    return reverse(f"policies:{route}", kwargs={"scope": scope_of(policy), "policy_name": policy.name, **more})


def scope_of(policy: Policy) -> Scope:
    return "aws" if policy.is_aws_managed else "local"


def copy_url(policy: Policy) -> str:
    """The form of a new policy that starts from this one."""
    return f"{reverse('policies:create')}?{urlencode({'from': policy.arn})}"


def link(scope: Scope, policy_name: str) -> SafeString:
    """The name of a policy, leading to its page: for messages."""
    address = reverse("policies:detail", kwargs={"scope": scope, "policy_name": policy_name})
    return format_html('<a href="{}">{}</a>', address, policy_name)
