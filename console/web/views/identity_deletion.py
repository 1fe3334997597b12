"""Deleting a user, group or role: what goes with it is shown first, and on request goes first."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.web.errors import add_to_form
from console.web.forms.identities import DeleteIdentityForm
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page
from policies_app.models import Identity, IdentityKind, Role, User
from policies_app.operations import access_keys, credentials, events, groups, instance_profiles, tags, users
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, NoSuchEntity, OperationError

from .blockers import Blocker, Blockers, Reading, offer_everything, resolve, shown
from .identities import USERS, Kind, form_view, gate

CONSEQUENCES = {
    IdentityKind.USER: "The user can no longer sign in, and nothing can act as this user any more.",
    IdentityKind.GROUP: "Its members stay, and lose what only this group allowed them.",
    IdentityKind.ROLE: "Nobody can take on the role any more, and who uses it now is refused from the next request on.",
}


@form_view
def delete(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """A button takes one thing out of the way and leads back here; the form takes the rest and deletes."""
    call = request.call
    blockers = Blockers(_readings(call, kind, name))
    if request.method == "POST" and "resolve" in request.POST:
        return resolve(request, blockers, kind.url("delete", **name))
    form = DeleteIdentityForm(request.POST if request.method == "POST" else None, name=name[kind.parameter])
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["everything"]:
                delete_with_everything(call, kind, name)
            else:
                kind.delete(call, **name)
        except AccessDenied:
            raise
        except OperationError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{kind.noun} {name[kind.parameter]} was deleted.")
            return redirect(kind.url("list"))
    identity = kind.get(call, **name)
    gate(call, kind.action("Delete{}"), identity).require()
    found, refusals = shown(call, identity, blockers)
    offer_everything(form.fields["everything"], found, refusals)
    context = {
        "kind": kind,
        "identity": identity,
        "form": form,
        "blockers": found,
        "refusals": refusals,
        "affected": _goes_along(identity),
        "delete_label": f"Delete {kind.kind}",
        "consequence": CONSEQUENCES[kind.kind],
    }
    return render(request, "identities/delete.html", context, status=422 if form.errors else 200)


def delete_with_everything(call: Call, kind: Kind, name: dict[str, str]) -> None:
    """All of it or nothing, each by its own operation; also for the page that deletes several at once."""
    with events.unit_of_work():
        Blockers(_readings(call, kind, name)).clear()
        kind.delete(call, **name)


def _goes_along(identity: Identity) -> list[dict[str, str]]:
    """What is in nobody's way, and is gone with the identity all the same."""
    things = []
    if isinstance(identity, User | Role):
        things += [f"Tag {key}={value}" for key, value in tags.of(identity)]
        things += [f"Permissions boundary {identity.boundary}: the policy itself stays"] if identity.boundary else []
    if isinstance(identity, Role):
        things.append("Trust policy")
    return [{"label": thing} for thing in things]


# What is in the way, each sort of thing by the action for it ----------------------------------------------------------


def _readings(call: Call, kind: Kind, name: dict[str, str]) -> dict[str, Reading]:
    readings: dict[str, Reading] = {
        "policy": partial(_attached, call, kind, name),
        "inline": partial(_inline, call, kind, name),
    }
    match kind.kind:
        case IdentityKind.USER:
            readings |= {
                "group": partial(_groups, call, name),
                "key": partial(_access_keys, call, name),
                "password": partial(_password, call, name),
            }
        case IdentityKind.GROUP:
            readings["member"] = partial(_members, call, name)
        case IdentityKind.ROLE:
            readings["profile"] = partial(_instance_profiles, call, name)
    return readings


def _attached(call: Call, kind: Kind, name: dict[str, str]) -> list[Blocker]:
    return [
        Blocker(
            policy.arn,
            f"Attached policy {policy}",
            "Detach",
            kind.action("Detach{}Policy"),
            partial(kind.detach, call, **name, policy_arn=policy.arn),
            context={"iam:PolicyARN": policy.arn},
            url=page(policy),
        )
        for policy in kind.list_attached(call, **name)
    ]


def _inline(call: Call, kind: Kind, name: dict[str, str]) -> list[Blocker]:
    return [
        Blocker(
            policy_name,
            f"Inline policy {policy_name}",
            "Delete",
            kind.action("Delete{}Policy"),
            partial(kind.delete_inline, call, **name, policy_name=policy_name),
            url=kind.url("inline_edit", **name, policy_name=policy_name),
            page=f"{kind.url('inline_delete', **name, policy_name=policy_name)}?then=delete",
            page_action=kind.action("Get{}Policy"),
        )
        for policy_name in kind.list_inline(call, **name)
    ]


def _groups(call: Call, name: dict[str, str]) -> list[Blocker]:
    remove = partial(groups.remove_user_from_group, call, **name)
    return [
        Blocker(
            group.name,
            f"Membership of group {group}",
            "Remove from group",
            "iam:RemoveUserFromGroup",
            partial(remove, group_name=group.name),
            on=group,
            url=page(group),
        )
        for group in users.list_groups_for_user(call, **name)
    ]


def _members(call: Call, name: dict[str, str]) -> list[Blocker]:
    group, members = groups.get_group(call, group_name=name["group_name"])
    remove = partial(groups.remove_user_from_group, call, **name)
    return [
        Blocker(
            user.name,
            f"Membership of user {user}",
            "Remove from group",
            "iam:RemoveUserFromGroup",
            partial(remove, user_name=user.name),
            on=group,
            url=page(user),
        )
        for user in members.items
    ]


def _access_keys(call: Call, name: dict[str, str]) -> list[Blocker]:
    return [
        Blocker(
            key.pk,
            f"Access key {key}",
            "Delete",
            "iam:DeleteAccessKey",
            partial(access_keys.delete_access_key, call, **name, access_key_id=key.pk),
            page=f"{USERS.url('delete_access_key', **name, access_key_id=key.pk)}?then=delete",
        )
        for key in access_keys.list_access_keys(call, **name)
    ]


def _instance_profiles(call: Call, name: dict[str, str]) -> list[Blocker]:
    remove = partial(instance_profiles.remove_role_from_instance_profile, call, **name)
    return [
        Blocker(
            profile.name,
            f"Place in instance profile {profile}",
            "Remove from profile",
            "iam:RemoveRoleFromInstanceProfile",
            partial(remove, instance_profile_name=profile.name),
            on=profile,
        )
        for profile in instance_profiles.list_instance_profiles_for_role(call, role_name=name["role_name"]).items
    ]


def _password(call: Call, name: dict[str, str]) -> list[Blocker]:
    try:
        credentials.get_login_profile(call, **name)
    except NoSuchEntity:
        return []
    remove = partial(credentials.delete_login_profile, call, **name)
    return [Blocker("", "Console password", "Delete", "iam:DeleteLoginProfile", remove)]
