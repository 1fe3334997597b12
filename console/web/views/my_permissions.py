"""What bears on oneself: which policies, each with its document once it is opened, and what they come to."""

from typing import Any, Literal

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from console.web.documents import readable
from console.web.panels import Panel, panel
from console.web.permissions_report import lay_out, sum_up
from console.web.requests import ConsoleRequest
from console.web.summaries import asked_actions
from policies_app.engine.analyzer.summary import summarize
from policies_app.engine.compiled import compile_document
from policies_app.engine.document import Layer
from policies_app.models import InlinePolicy, PolicyVersion
from policies_app.operations import bearing_policies, inline_policies, policies, policy_versions

from .me import page_of_mine, to_ask_for


@require_safe
def permissions(request: ConsoleRequest) -> HttpResponse:
    call = request.call
    context = {
        "mine": lay_out(bearing_policies.list_own(call)),
        "may_list_policies": call.may("iam:ListPolicies", f"arn:aws:iam::{call.account_id}:policy/"),
        "may_list_users": call.may("iam:ListUsers", f"arn:aws:iam::{call.account_id}:user/"),
        "ask": to_ask_for(request, "view_own_permissions"),
    }
    return page_of_mine(request, "permissions", "me/permissions.html", context)


@require_safe
def access(request: ConsoleRequest) -> HttpResponse:
    page = lay_out(bearing_policies.read_own(request.call))
    effective = sum_up(page)
    context = {
        "page": page,
        "effective": effective,
        "actions": asked_actions(request, effective.policies, effective.within),
        "ask": to_ask_for(request, "view_own_permissions"),
    }
    return page_of_mine(request, "access", "me/access.html", context)


@require_safe
@vary_on_headers("HX-Request")
def policy(request: ConsoleRequest, scope: Literal["aws", "local"], policy_name: str) -> HttpResponse:
    """Which version is in force either of two actions tells."""
    call, arn = request.call, policies.arn_named(request.call, scope, policy_name)
    details = panel(policies.get_policy, call, policy_arn=arn)
    versions = panel(policy_versions.list_policy_versions, call, policy_arn=arn)
    in_force = next((version.version_id for version in versions.value or () if version.is_default), None)
    if details.value:
        in_force = policies.facts(details.value).default_version_id
    document = (
        panel(policy_versions.get_policy_version, call, policy_arn=arn, version_id=in_force) if in_force else None
    )
    return _opened(request, policy_name, document, scope=scope, details=details, versions=versions)


@require_safe
@vary_on_headers("HX-Request")
def inline_policy(request: ConsoleRequest, policy_name: str) -> HttpResponse:
    call = request.call
    document = panel(inline_policies.get_user_policy, call, user_name=call.user_name, policy_name=policy_name)
    return _opened(request, policy_name, document)


@require_safe
@vary_on_headers("HX-Request")
def group_policy(request: ConsoleRequest, group_name: str, policy_name: str) -> HttpResponse:
    document = panel(inline_policies.get_group_policy, request.call, group_name=group_name, policy_name=policy_name)
    return _opened(request, policy_name, document, group_name=group_name)


def _opened(
    request: ConsoleRequest, name: str, document: Panel[PolicyVersion] | Panel[InlinePolicy] | None, **more: Any
) -> HttpResponse:
    """What the row of a policy opens, or the page of it. `document` is missing where the version is not known."""
    # Several may be open on one page, and each line is a place to link to.
    prefix = f"{request.path.strip('/').replace('/', '-')}-"
    context = {"name": name, "document": document, "prefix": prefix, **more}
    if document and document.value:
        stored = document.value.document
        context["text"] = readable(stored.text)
        if compiled := compile_document(stored.sha256, stored.text, Layer.IDENTITY):
            context["summary"] = summarize(compiled)
    if request.htmx and not request.htmx.boosted:
        return render(request, "me/policy.html#opened", context)
    return page_of_mine(request, "permissions", "me/policy.html", context)
