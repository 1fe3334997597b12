"""Deleting a policy: who has it and what goes with it is shown first, and on request goes first."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from console.web.errors import add_to_form
from console.web.forms.identities import DeleteIdentityForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page as page_url
from policies_app.models import IdentityKind, Policy, PolicyVersion
from policies_app.operations import policies, policy_versions, tags
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.operations.events import unit_of_work

from .blockers import Blocker, Blockers, Reading, offer_everything, resolve, shown
from .identities import KINDS, Gate, form_view
from .policy_pages import of_policy, page, url


@form_view
@of_policy
def delete(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    """With the versions that the page showed: one that somebody adds meanwhile stops it."""
    blockers = Blockers(_readings(request.call, policy))
    if request.method == "POST" and "resolve" in request.POST:
        return resolve(request, blockers, url(policy, "delete"))
    form = DeleteIdentityForm(request.POST if request.method == "POST" else None, name=policy.name)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                with unit_of_work():
                    if form.cleaned_data["everything"]:
                        blockers.clear()
                    _delete(request.call, policy, request.GET.getlist("version"))
            except OperationError as error:
                add_to_form(form, error)
                status = 403 if isinstance(error, AccessDenied) else 422
            else:
                messages.success(request, f"Deleted the policy {policy.name}.")
                return redirect("policies:list")
    versions = panel(policy_versions.list_policy_versions, request.call, policy_arn=policy.arn)
    older = [version for version in versions.value or () if not version.is_default]
    also = {"version": partial(_old_versions, request.call, policy, older)}
    found, refusals = shown(request.call, policy, Blockers({**blockers.readings, **also}))
    offer_everything(form.fields["everything"], found, refusals)
    facts = policies.facts(policy)
    may_delete = Gate(request.call.may("iam:DeletePolicy", policy))
    may_delete_version = Gate(request.call.may("iam:DeletePolicyVersion", policy))
    context = {
        "form": form,
        "in_use": facts.attachment_count + facts.boundary_count,
        "blockers": found,
        "refusals": refusals,
        "more": facts.attachment_count + facts.boundary_count + len(older) > len(found),
        "affected": [
            *(_version(policy, version.version_id) for version in versions.value or ()),
            *({"label": f"Tag {key}={value}"} for key, value in tags.of(policy)),
        ],
        "action": f"?{urlencode([('version', version.version_id) for version in older])}",
        "cancel_url": url(policy),
        "may_delete_all": may_delete.and_then(may_delete_version) if older else may_delete,
    }
    return page(request, policy, "policies/delete.html", context, status=status)


def _version(policy: Policy, version_id: str) -> dict[str, str]:
    return {"label": f"Version {version_id}", "url": url(policy, "version", version_id=version_id)}


def _delete(call: Call, policy: Policy, version_ids: list[str]) -> None:
    for version_id in version_ids:
        policy_versions.delete_policy_version(call, policy_arn=policy.arn, version_id=version_id)
    policies.delete_policy(call, policy_arn=policy.arn)


def _readings(call: Call, policy: Policy) -> dict[str, Reading]:
    """Only of what the policy is to anybody: nobody is to be asked for what there is nothing of."""
    facts = policies.facts(policy)
    readings: dict[str, Reading] = {}
    if facts.attachment_count:
        readings["attached"] = partial(_attached, call, policy)
    if facts.boundary_count:
        readings["bounded"] = partial(_bounded, call, policy)
    return readings


def _old_versions(call: Call, policy: Policy, older: list[PolicyVersion]) -> list[Blocker]:
    """They go along by themselves; who wants to look at each first deletes it on its own page."""
    return [
        Blocker(
            version.version_id,
            f"Version {version.version_id}, which is not in force",
            "Delete",
            "iam:DeletePolicyVersion",
            partial(policy_versions.delete_policy_version, call, policy_arn=policy.arn, version_id=version.version_id),
            url=url(policy, "version", version_id=version.version_id),
            page=f"{url(policy, 'delete_version', version_id=version.version_id)}?then=delete",
        )
        for version in older
    ]


def _attached(call: Call, policy: Policy) -> list[Blocker]:
    found = policies.list_entities_for_policy(call, policy_arn=policy.arn, policy_usage_filter="PermissionsPolicy")
    blockers = []
    for identity in found.items:
        kind = KINDS[IdentityKind(identity.kind)]
        blockers.append(
            Blocker(
                f"{kind.kind}:{identity.name}",
                f"Attached to the {kind.kind} {identity.name}",
                "Detach",
                kind.action("Detach{}Policy"),
                partial(kind.detach, call, **kind.named(identity.name), policy_arn=policy.arn),
                on=identity,
                context={"iam:PolicyARN": policy.arn},
                url=page_url(identity),
            )
        )
    return blockers


def _bounded(call: Call, policy: Policy) -> list[Blocker]:
    found = policies.list_entities_for_policy(call, policy_arn=policy.arn, policy_usage_filter="PermissionsBoundary")
    blockers = []
    for identity in found.items:
        kind = KINDS[IdentityKind(identity.kind)]
        assert kind.delete_boundary is not None
        blockers.append(
            Blocker(
                f"{kind.kind}:{identity.name}",
                f"Permissions boundary of the {kind.kind} {identity.name}",
                "Remove as boundary",
                kind.action("Delete{}PermissionsBoundary"),
                partial(kind.delete_boundary, call, **kind.named(identity.name)),
                on=identity,
                context={"iam:PermissionsBoundary": policy.arn},
                url=page_url(identity),
            )
        )
    return blockers
