"""A user, group, role or policy as another one is: a new name, ticks of what to take along, and one transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from console.web.errors import add_to_form
from console.web.forms.clones import CloneForm
from console.web.panels import Panel
from console.web.requests import ConsoleRequest
from policies_app.engine.decision import Decision
from policies_app.models import Group, Identity, Policy, Role, User
from policies_app.models.policies import policy_arn
from policies_app.operations import groups, policies, policy_versions, roles, tags, users
from policies_app.operations.calls import Call
from policies_app.operations.creation import Tags, request_context
from policies_app.operations.errors import AccessDenied

from .identities import GROUPS, USERS, Gate, Kind, create_gate, form_view, gate, tell
from .new_identities import NewIdentity, grants, holdings
from .plans import Planned, carry_out
from .policy_pages import copy_url, may_create, of_policy, url
from .policy_pages import link as policy_link

LONGEST_NAME = {"user": 64, "group": 128, "role": 64, "policy": 128}
SHOWN = 20
"""How many things of one sort are named; of more only the number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A tick: `things` are what it takes along, and `more` than those; `planned` the operations that are its own.

    Without such operations `gate` says whether it may be taken along. `refused` is why it could not be read.
    """

    key: str
    label: str
    things: Sequence[str]
    planned: Sequence[Planned] = ()
    refused: Decision | None = None
    more: bool = False
    gate: Gate | None = None

    @property
    def shut(self) -> Gate | None:
        """The first of its operations that would be refused."""
        gates = [planned.gate for planned in self.planned] + ([self.gate] if self.gate else [])
        return next((each for each in gates if not each.allowed), None)

    @property
    def shown(self) -> Sequence[str]:
        return self.things[:SHOWN]

    @property
    def unnamed(self) -> str:
        if self.more:
            return "and more"
        return f"and {len(self.things) - SHOWN} more" if len(self.things) > SHOWN else ""


CREATE: dict[type[Identity], Callable[..., Identity]] = {
    User: users.create_user,
    Group: groups.create_group,
    Role: roles.create_role,
}


@form_view
def of_identity(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    call = request.call
    identity = kind.get(call, **name)
    create_gate(call, kind, identity.path).require()
    held = holdings(call, kind, identity)
    form = _form(request, kind.kind, kind.parameter, identity, _keys(kind))
    taken, own_tags = form.taken, _tags(identity)
    tagging = gate(call, kind.action("Tag{}"), identity.arn, request_context(own_tags))
    if not form.is_bound and not tagging.allowed:
        taken -= {"tags"}
    new_identity = NewIdentity(
        call,
        kind,
        str(form[kind.parameter].value() or ""),
        str(form["path"].value() or "/"),
        own_tags if "tags" in taken else [],
        identity.boundary.arn if identity.boundary and "boundary" in taken else "",
    )
    planned = grants(new_identity, held)
    parts = [
        _part("groups", "Groups", [group.name for group in held.groups.value or ()], planned, held.groups),
        _part(
            "attached", "Attached policies", [each.name for each in held.attached.value or ()], planned, held.attached
        ),
        _part("inline", "Inline policies", held.inline.value or (), planned, held.inline),
    ]
    if isinstance(identity, Group):
        parts[0] = _members(call, identity, new_identity)
    else:
        parts += [
            Part("boundary", "Permissions boundary", [identity.boundary.name] if identity.boundary else []),
            _tags_part(own_tags, tagging),
        ]
    creation = new_identity.creation(CREATE[type(identity)], **_details(identity, taken))
    if isinstance(identity, Role):
        parts = [part for part in parts if part.key != "groups"]
        parts.append(Part("session", "Longest session", [f"{identity.max_session_duration:,} seconds"]))
    context = {
        "kind": kind,
        "original": identity,
        "original_url": kind.url("detail", **name),
        "always": "Its trust policy and description always come along." if isinstance(identity, Role) else "",
        "never": "Passwords and access keys never come along." if kind is USERS else "",
    }
    if form.is_bound and form.is_valid():
        answer = _make(form, creation, [part for part in parts if part.key in taken])
        if answer is None:
            tell(request, kind, "was made as {} is.", identity.name, **kind.named(new_identity.name))
            return redirect(kind.url("detail", new_identity.name))
        context["refused"] = answer.refused
    return _show(request, form, parts, creation, f"{kind.section}:list", context)


def _keys(kind: Kind) -> list[str]:
    """The ticks that there may be. A group's members are not taken along unless somebody says so."""
    if kind is GROUPS:
        return ["members", "attached", "inline"]
    return ["groups", "attached", "inline", "boundary", "tags", "session"]


def _form(
    request: ConsoleRequest, noun: str, parameter: str, original: Identity | Policy, parts: list[str]
) -> CloneForm:
    longest = LONGEST_NAME[noun]
    linked = isinstance(original, Role) and original.linked_service
    initial = {
        parameter: f"{original.name[: longest - 5]}-copy",
        "path": "/" if linked or (isinstance(original, Policy) and original.is_aws_managed) else original.path,
        "take": [part for part in parts if part != "members"],
    }
    sent = request.POST if request.method == "POST" else None
    return CloneForm(sent, initial=initial, parameter=parameter, longest=longest, parts=parts)


def _tags(row: Identity | Policy) -> Tags:
    if isinstance(row, User | Role | Policy):
        return [{"Key": key, "Value": value} for key, value in tags.of(row)]
    return []


def _tags_part(own_tags: Tags, tagging: Gate) -> Part:
    return Part("tags", "Tags", [f"{tag['Key']}={tag['Value']}" for tag in own_tags], gate=tagging)


def _details(identity: Identity, taken: set[str]) -> dict[str, Any]:
    """What a role is made with besides its name."""
    if not isinstance(identity, Role):
        return {}
    details: dict[str, Any] = {
        "assume_role_policy_document": identity.trust_document.text,
        "description": identity.description,
    }
    return details | ({"max_session_duration": identity.max_session_duration} if "session" in taken else {})


def _part(key: str, label: str, things: Sequence[str], planned: Sequence[Planned], found: Panel[Any]) -> Part:
    return Part(key, label, things, [each for each in planned if each.part == key], found.refused)


def _members(call: Call, group: Group, new_identity: NewIdentity) -> Part:
    """Whoever is told of the group is told of its members. All of them are read only when they are to be added."""
    _, first = groups.get_group(call, group_name=group.name, max_items=SHOWN)
    names = [user.name for user in first.items]
    joins = gate(call, "iam:AddUserToGroup", new_identity.arn)

    def add_all() -> None:
        for user in _every_member(call, group):
            groups.add_user_to_group(call, group_name=new_identity.name, user_name=user.name)

    planned = [Planned("Add the members", add_all, joins, "members")] if names else []
    return Part("members", "Members", names, planned, more=bool(first.next))


def _every_member(call: Call, group: Group) -> Iterator[User]:
    marker = ""
    while True:
        paging = {"marker": marker} if marker else {}
        _, page = groups.get_group(call, group_name=group.name, max_items=1000, **paging)
        yield from page.items
        if not (marker := page.next):
            return


# Policies ------------------------------------------------------------------------------------------------------------


@form_view
@of_policy
def of_one_policy(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    """The document that is in force now becomes the first version."""
    call = request.call
    Gate(may_create(call)).require()
    text = policy_versions.version_in_force(call, policy).document.text
    own_tags = _tags(policy)
    form = _form(request, "policy", "policy_name", policy, ["description", "tags"])
    taken = form.taken
    name, path = str(form["policy_name"].value() or ""), str(form["path"].value() or "/")
    details: dict[str, Any] = {"policy_name": name, "policy_document": text, "path": path}
    if "description" in taken and policy.description:
        details["description"] = policy.description
    if "tags" in taken and own_tags:
        details["tags"] = own_tags
    arn, known = policy_arn(call.account_id, name, path), request_context(details.get("tags"))
    may = Gate(call.may("iam:CreatePolicy", arn, known))
    tagging = Gate(call.may("iam:TagPolicy", arn, known))
    creation = Planned(f"Create the policy {name}", partial(policies.create_policy, call, **details), may)
    parts = [
        Part("description", "Description", [policy.description] if policy.description else []),
        _tags_part(own_tags, tagging),
    ]
    context = {
        "original": policy,
        "original_url": url(policy),
        "always": "The document in force always comes along, as the first version.",
        "edit_url": copy_url(policy),
    }
    if form.is_bound and form.is_valid():
        answer = _make(form, creation, [])
        if answer is None:
            messages.success(request, format_html("Made {} as {} is.", policy_link("local", name), policy.name))
            return redirect("policies:detail", "local", name)
        context["refused"] = answer.refused
    return _show(request, form, parts, creation, "policies:list", context)


# Both ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotMade:
    """`refused` where a policy of the viewer's stopped it; anything else stands in the form."""

    refused: Decision | None = None


def _make(form: CloneForm, creation: Planned, taken: list[Part]) -> NotMade | None:
    """Of what cannot be read nobody can say that it came along."""
    if unread := next((part.refused for part in taken if part.refused), None):
        return NotMade(unread)
    stopped = carry_out([creation, *(planned for part in taken for planned in part.planned)])
    if stopped is None:
        return None
    if isinstance(stopped.error, AccessDenied):
        return NotMade(stopped.error.decision)
    add_to_form(form, stopped.error)
    return NotMade()


def _show(
    request: ConsoleRequest,
    form: CloneForm,
    parts: list[Part],
    creation: Planned,
    list_route: str,
    context: dict[str, Any],
) -> HttpResponse:
    context |= {"form": form, "parts": parts, "may_create": creation.gate, "list_route": list_route}
    context["name_field"] = form[next(iter(form.fields))]
    status = 403 if context.get("refused") else 422 if form.errors else 200
    return render(request, "clones/clone.html", context, status=status)
