"""The tags of a user, role, policy or instance profile, all in one form that needs no JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from console.web.forms.identities import TagFormSet, tag_rows
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.models import IdentityKind, Policy
from policies_app.operations import instance_profiles, tags
from policies_app.operations.errors import AccessDenied, OperationError, ValidationError
from policies_app.operations.events import unit_of_work

from .identities import ROLES, Gate, Kind, form_view, gate, page_of, tell
from .policy_pages import link, of_policy, page, scope_of, url

# The operations that set, remove and list the tags of each kind; groups have none.
OF_IDENTITY: dict[IdentityKind, tuple[Callable[..., None], Callable[..., None], Callable[..., Any]]] = {
    IdentityKind.USER: (tags.tag_user, tags.untag_user, tags.list_user_tags),
    IdentityKind.ROLE: (tags.tag_role, tags.untag_role, tags.list_role_tags),
}


@form_view
def of_identity(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    tag, untag, list_tags = OF_IDENTITY[kind.kind]
    sent = _save(request, tag, untag, **name)
    if sent.saved:
        if sent.changed:
            tell(request, kind, "has its tags changed.", **name)
        return redirect(kind.url("tags", **name))
    identity = kind.get(request.call, **name)
    context = _shown(request, sent, list_tags, **name)
    context |= {
        "tag": gate(request.call, kind.action("Tag{}"), identity),
        "untag": gate(request.call, kind.action("Untag{}"), identity),
    }
    return page_of(request, kind, identity, "identities/tags.html", context, status=422 if sent.rows else 200)


@form_view
@of_policy
def of_one_policy(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    sent = _save(request, tags.tag_policy, tags.untag_policy, policy_arn=policy.arn)
    if sent.saved:
        if sent.changed:
            messages.success(request, format_html("Changed the tags of {}.", link(scope_of(policy), policy.name)))
        return redirect(url(policy, "tags"))
    context = _shown(request, sent, tags.list_policy_tags, policy_arn=policy.arn)
    context |= {
        "tag": gate(request.call, "iam:TagPolicy", policy),
        "untag": gate(request.call, "iam:UntagPolicy", policy),
    }
    return page(request, policy, "policies/tags.html", context, status=422 if sent.rows else 200)


@form_view
def of_instance_profile(request: ConsoleRequest, instance_profile_name: str, role_name: str) -> HttpResponse:
    """It has no page of its own: its tags are shown with the role that it hands out."""
    named = {"instance_profile_name": instance_profile_name}
    sent = _save(request, tags.tag_instance_profile, tags.untag_instance_profile, **named)
    if sent.saved:
        if sent.changed:
            messages.success(request, f"Changed the tags of the instance profile {instance_profile_name}.")
        return redirect(request.path)
    role = ROLES.get(request.call, role_name=role_name)
    profile = instance_profiles.get_instance_profile(request.call, **named)
    context = _shown(request, sent, tags.list_instance_profile_tags, **named)
    context |= {
        "profile": profile,
        "tag": Gate(request.call.may("iam:TagInstanceProfile", profile)),
        "untag": Gate(request.call.may("iam:UntagInstanceProfile", profile)),
    }
    return page_of(request, ROLES, role, "roles/instance_profile.html", context, status=422 if sent.rows else 200)


@dataclass(frozen=True, slots=True)
class Sent:
    """The rows that were sent, if any were, and what is wrong with them that belongs to none of them."""

    rows: TagFormSet | None = None
    problem: str = ""
    saved: bool = False
    changed: bool = False


def _save(request: ConsoleRequest, tag: Callable[..., None], untag: Callable[..., None], **named: str) -> Sent:
    """Adds, changes and removes what differs from what the form showed, and leaves alone what others did meanwhile."""
    if request.method != "POST":
        return Sent()
    rows = TagFormSet(request.POST, prefix="tags")
    if not rows.is_valid():
        return Sent(rows)
    removed, changed = rows.removed_keys, rows.tags
    try:
        with unit_of_work():
            if removed:
                untag(request.call, **named, tag_keys=removed)
            if changed:
                tag(request.call, **named, tags=changed)
    except AccessDenied:
        raise
    except OperationError as error:
        return Sent(rows, _place(rows, error))
    if not removed and not changed:
        messages.info(request, "The tags are as they were.")
    return Sent(rows, saved=True, changed=bool(removed or changed))


def _shown(request: ConsoleRequest, sent: Sent, list_tags: Callable[..., Any], **named: str) -> dict[str, Any]:
    found = panel(list_tags, request.call, **named)
    rows = sent.rows or TagFormSet(initial=tag_rows(found.value or []), prefix="tags")
    return {"found": found, "rows": rows, "problem": sent.problem}


def _place(rows: TagFormSet, error: OperationError) -> str:
    """Beside the tag that the error is about; what is about none of them is returned."""
    if not isinstance(error, ValidationError):
        return error.message
    return " ".join(rows.place_violations(error.violations).values())
