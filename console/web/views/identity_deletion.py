"""Deleting a user, group or role: what goes with it is shown first, and on request goes first."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.web.errors import add_to_form
from console.web.forms.identities import DeleteIdentityForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page
from policies_app.models import IdentityKind
from policies_app.operations import access_keys, credentials, events, groups, instance_profiles, users
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, NoSuchEntity, OperationError

from .identities import GROUPS, ROLES, USERS, Kind, form_view, gate

CONSEQUENCES = {
    IdentityKind.USER: "The user can no longer sign in, and nothing can act as this user any more.",
    IdentityKind.GROUP: "Its members stay, and lose what only this group allowed them.",
    IdentityKind.ROLE: "Nobody can take on the role any more, and who uses it now is refused from the next request on.",
}


@dataclass(frozen=True, slots=True)
class Blocking:
    """One thing that AWS wants gone before the identity: `remove` does that, by the operation for it."""

    label: str
    remove: Callable[[], None]
    url: str = ""


type Reading = Callable[[], list[Blocking]]


@form_view
def delete(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    form = DeleteIdentityForm(request.POST if request.method == "POST" else None, name=name[kind.parameter])
    readings = _readings(request.call, kind, name)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["everything"]:
                delete_with_everything(request.call, kind, name)
            else:
                kind.delete(request.call, **name)
        except AccessDenied:
            raise
        except OperationError as error:
            add_to_form(form, error)
        else:
            messages.success(request, f"{kind.noun} {name[kind.parameter]} was deleted.")
            return redirect(kind.url("list"))
    identity = kind.get(request.call, **name)
    gate(request.call, kind.action("Delete{}"), identity).require()
    found = [panel(reading) for reading in readings]
    context = {
        "kind": kind,
        "identity": identity,
        "form": form,
        "affected": [item for each in found for item in each.value or ()],
        "refusals": [each.refused for each in found if each.refused],
        "delete_label": f"Delete {kind.kind}",
        "consequence": CONSEQUENCES[kind.kind],
    }
    return render(request, "identities/delete.html", context, status=422 if form.errors else 200)


def delete_with_everything(call: Call, kind: Kind, name: dict[str, str]) -> None:
    """All of it or nothing, each by its own operation."""
    with events.unit_of_work():
        for reading in _readings(call, kind, name):
            _clear(reading)
        kind.delete(call, **name)


def _clear(reading: Reading) -> None:
    """A reading gives a page at a time, so it is asked until nothing is left."""
    while items := reading():
        for item in items:
            item.remove()


def _readings(call: Call, kind: Kind, name: dict[str, str]) -> list[Reading]:
    """What is in the way, each sort of thing by the action for it."""
    readings: list[Reading] = [partial(_attached, call, kind, name), partial(_inline, call, kind, name)]
    if kind is USERS:
        readings += [partial(_groups, call, name), partial(_access_keys, call, name), partial(_password, call, name)]
    if kind is GROUPS:
        readings.append(partial(_members, call, name))
    if kind is ROLES:
        readings.append(partial(_instance_profiles, call, name))
    return readings


def _attached(call: Call, kind: Kind, name: dict[str, str]) -> list[Blocking]:
    return [
        Blocking(f"Attached policy {policy}", partial(kind.detach, call, **name, policy_arn=policy.arn), page(policy))
        for policy in kind.list_attached(call, **name)
    ]


def _inline(call: Call, kind: Kind, name: dict[str, str]) -> list[Blocking]:
    return [
        Blocking(
            f"Inline policy {policy_name}",
            partial(kind.delete_inline, call, **name, policy_name=policy_name),
            kind.url("inline_edit", **name, policy_name=policy_name),
        )
        for policy_name in kind.list_inline(call, **name)
    ]


def _groups(call: Call, name: dict[str, str]) -> list[Blocking]:
    return [
        Blocking(
            f"Membership of group {group}",
            partial(groups.remove_user_from_group, call, **name, group_name=group.name),
            page(group),
        )
        for group in users.list_groups_for_user(call, **name)
    ]


def _members(call: Call, name: dict[str, str]) -> list[Blocking]:
    _, members = groups.get_group(call, group_name=name["group_name"])
    return [
        Blocking(
            f"Membership of user {user}",
            partial(groups.remove_user_from_group, call, **name, user_name=user.name),
            page(user),
        )
        for user in members.items
    ]


def _access_keys(call: Call, name: dict[str, str]) -> list[Blocking]:
    return [
        Blocking(f"Access key {key}", partial(access_keys.delete_access_key, call, **name, access_key_id=key.pk))
        for key in access_keys.list_access_keys(call, **name)
    ]


def _instance_profiles(call: Call, name: dict[str, str]) -> list[Blocking]:
    remove = instance_profiles.remove_role_from_instance_profile
    return [
        Blocking(
            f"Place in instance profile {profile}", partial(remove, call, **name, instance_profile_name=profile.name)
        )
        for profile in instance_profiles.list_instance_profiles_for_role(call, role_name=name["role_name"]).items
    ]


def _password(call: Call, name: dict[str, str]) -> list[Blocking]:
    try:
        credentials.get_login_profile(call, **name)
    except NoSuchEntity:
        return []
    return [Blocking("Console password", partial(credentials.delete_login_profile, call, **name))]
