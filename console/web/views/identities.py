"""What the pages of users, groups and roles share, and the table of how the three differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from console.web.forms.identities import ListFilters
from console.web.requests import ConsoleRequest
from policies_app.engine.evaluator import Decision, Layer, Outcome
from policies_app.engine.request import Request
from policies_app.models import Group, Identity, IdentityKind, InlinePolicy, Policy, Role
from policies_app.operations import attachments, groups, identities, inline_policies, roles, users
from policies_app.operations.calls import Call, Context
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.operations.events import unit_of_work
from policies_app.operations.pages import Page
from policies_app.operations.role_sessions import may_assume

from .event_history import history

PAGE_SIZE = 50

form_view = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Kind:
    """Users, groups or roles: the operations of their policies and the tabs of their page.

    The operations take the identity's name as `parameter`; `section` is the namespace of the URLs. Groups have no
    boundary.
    """

    kind: IdentityKind
    section: str
    purpose: str
    get: Callable[..., Identity]
    list: Callable[..., Page[Any]]
    delete: Callable[..., None]
    list_attached: Callable[..., Sequence[Policy]]
    attach: Callable[..., None]
    detach: Callable[..., None]
    list_inline: Callable[..., Sequence[str]]
    get_inline: Callable[..., InlinePolicy]
    put_inline: Callable[..., None]
    delete_inline: Callable[..., None]
    put_boundary: Callable[..., None] | None
    delete_boundary: Callable[..., None] | None
    tabs: tuple[tuple[str, str], ...]

    @property
    def noun(self) -> str:
        """`User`, as in `AttachUserPolicy`."""
        return str(self.kind.label)

    @property
    def parameter(self) -> str:
        return f"{self.kind}_name"

    @property
    def plural(self) -> str:
        return self.section.capitalize()

    def named(self, name: str) -> dict[str, str]:
        """The name as the operations, and the URLs, take it."""
        return {self.parameter: name}

    def action(self, pattern: str) -> str:
        """`Attach{}Policy` -> `iam:AttachUserPolicy`."""
        return f"iam:{pattern.format(self.noun)}"

    def url(self, page: str, name: str = "", **parameters: str) -> str:
        """`url("detail", "alice")`, or with the parameters of the route: `url("detail", user_name="alice")`."""
        return reverse(f"{self.section}:{page}", kwargs=(self.named(name) if name else {}) | parameters)


def _get_group(call: Call, *, group_name: str) -> Group:
    group, _ = groups.get_group(call, group_name=group_name, max_items=1)
    return group


USERS = Kind(
    kind=IdentityKind.USER,
    section="users",
    purpose="A user is one person, or one program, with credentials of its own.",
    get=users.get_user,
    list=users.list_users,
    delete=users.delete_user,
    list_attached=attachments.list_attached_user_policies,
    attach=attachments.attach_user_policy,
    detach=attachments.detach_user_policy,
    list_inline=inline_policies.list_user_policies,
    get_inline=inline_policies.get_user_policy,
    put_inline=inline_policies.put_user_policy,
    delete_inline=inline_policies.delete_user_policy,
    put_boundary=attachments.put_user_permissions_boundary,
    delete_boundary=attachments.delete_user_permissions_boundary,
    tabs=(
        ("detail", "Permissions"),
        ("access", "Effective permissions"),
        ("groups", "Groups"),
        ("tags", "Tags"),
        ("security", "Security credentials"),
        ("last_accessed", "Last accessed"),
        ("events", "Events"),
    ),
)
GROUPS = Kind(
    kind=IdentityKind.GROUP,
    section="groups",
    purpose="A group gives many users the same permissions in one place.",
    get=_get_group,
    list=groups.list_groups,
    delete=groups.delete_group,
    list_attached=attachments.list_attached_group_policies,
    attach=attachments.attach_group_policy,
    detach=attachments.detach_group_policy,
    list_inline=inline_policies.list_group_policies,
    get_inline=inline_policies.get_group_policy,
    put_inline=inline_policies.put_group_policy,
    delete_inline=inline_policies.delete_group_policy,
    put_boundary=None,
    delete_boundary=None,
    tabs=(
        ("detail", "Permissions"),
        ("access", "Effective permissions"),
        ("members", "Members"),
        ("last_accessed", "Last accessed"),
        ("events", "Events"),
    ),
)
ROLES = Kind(
    kind=IdentityKind.ROLE,
    section="roles",
    purpose="A role is taken on for a while by those whom its trust policy names.",
    get=roles.get_role,
    list=roles.list_roles,
    delete=roles.delete_role,
    list_attached=attachments.list_attached_role_policies,
    attach=attachments.attach_role_policy,
    detach=attachments.detach_role_policy,
    list_inline=inline_policies.list_role_policies,
    get_inline=inline_policies.get_role_policy,
    put_inline=inline_policies.put_role_policy,
    delete_inline=inline_policies.delete_role_policy,
    put_boundary=attachments.put_role_permissions_boundary,
    delete_boundary=attachments.delete_role_permissions_boundary,
    tabs=(
        ("detail", "Permissions"),
        ("access", "Effective permissions"),
        ("trust", "Trust"),
        ("tags", "Tags"),
        ("last_accessed", "Last accessed"),
        ("events", "Events"),
    ),
)

KINDS = {kind.kind: kind for kind in (USERS, GROUPS, ROLES)}

# Condition keys that a form brings: until it is filled in, nobody can say whether the action is allowed.
_BROUGHT_BY_FORMS = ("iam:policyarn", "iam:permissionsboundary", "aws:requesttag/", "aws:tagkeys")


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether it makes sense to open a form or press a button; what happens then is for the operation to decide."""

    decision: Decision

    @property
    def allowed(self) -> bool:
        missing = self.decision.missing_context_keys
        return self.decision.allowed or any(key.startswith(_BROUGHT_BY_FORMS) for key in missing)

    # What a button shows of a decision, whichever of the two it is given.

    @property
    def request(self) -> Request:
        return self.decision.request

    @property
    def outcome(self) -> Outcome:
        return self.decision.outcome

    @property
    def limited_by(self) -> Layer | None:
        return self.decision.limited_by

    def and_then(self, later: "Gate") -> "Gate":
        """Of what asks for both: the first that refuses, if one does."""
        return later if self.allowed else self

    def require(self) -> None:
        """Refuse the page of a form that would surely be refused: nobody is to type in vain."""
        if not self.allowed:
            raise AccessDenied(self.decision)


def gate(call: Call, action: str, resource: str | Identity | Policy, context: Context | None = None) -> Gate:
    if isinstance(resource, Identity):
        context = identities.boundary_context(resource) | dict(context or {})
    return Gate(call.may(action, resource, context))


def create_gate(call: Call, kind: Kind, path: str = "/") -> Gate:
    """For a new one of any name under the path: who may create under `/dev/` only gets there with that filter."""
    return gate(call, kind.action("Create{}"), f"arn:aws:iam::{call.account_id}:{kind.kind}{path or '/'}*")


def search(call: Call, perform: Callable[..., Page[Any]], form: ListFilters) -> tuple[Page[Any], Decision | None]:
    """A page of what the form asks a list operation for; its errors come to stand in the form."""
    if form.is_valid():
        try:
            return perform(call, **form.parameters(), max_items=PAGE_SIZE), None
        except AccessDenied as error:
            return Page([]), error.decision
        except OperationError as error:
            form.add_error(None, error.message)
    return Page([]), None


BEHIND = {"why": "access", "instance_profile": "detail"}
"""Pages without a tab of their own, and the tab that leads to each."""


def page_of(
    request: ConsoleRequest,
    kind: Kind,
    identity: Identity,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A tab of an identity's page, or a page behind one; the route says which."""
    active = request.resolver_match.url_name if request.resolver_match else ""
    behind = BEHIND.get(active or "")
    return render(
        request,
        template,
        {
            "kind": kind,
            "identity": identity,
            "tabs": [
                {
                    "url": kind.url(page, **kind.named(identity.name)),
                    "label": label,
                    "active": page == active,
                    "leads_here": page == behind,
                }
                for page, label in kind.tabs
            ],
            "gates": {
                "edit": gate(request.call, kind.action("Update{}"), identity),
                "clone": create_gate(request.call, kind, identity.path),
                "delete": gate(request.call, kind.action("Delete{}"), identity),
                # By the user in person, also from another role.
                "switch": may_assume(request.own_call, identity) if isinstance(identity, Role) else None,
            },
            **context,
        },
        status=status,
    )


@require_safe
def events(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    identity = kind.get(request.call, **name)
    return page_of(request, kind, identity, "identities/events.html", history(request, identity))


def tell(request: ConsoleRequest, kind: Kind, text: str, *args: str, **name: str) -> None:
    """A message about an identity, which it names and links to: `User alice now has …`."""
    link = format_html('<a href="{}">{}</a>', kind.url("detail", **name), name[kind.parameter])
    messages.success(request, format_html("{} {} " + text, kind.noun, link, *args))


def failure(perform: Callable[[], object]) -> OperationError | None:
    """What stopped it, for the page to say. A refusal gets a page of its own, which names the action."""
    try:
        perform()
    except AccessDenied:
        raise
    except OperationError as error:
        return error
    return None


def for_each(perform: Callable[..., None], call: Call, parameter: str, values: Sequence[str], **name: str) -> None:
    """Once for each value: all of them, or none."""
    with unit_of_work():
        for value in values:
            perform(call, **name, **{parameter: value})
