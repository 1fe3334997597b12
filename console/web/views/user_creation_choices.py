"""The steps of the wizard of a new user that choose from long lists: permissions and boundary."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from console.web.drafts import NewUser
from console.web.requests import ConsoleRequest
from policies_app.models import Group, Policy, User
from policies_app.operations import groups, users
from policies_app.operations.calls import Call
from policies_app.operations.policies import list_policies

from .identities import USERS, gate
from .identity_choices import Choice, Choices, chosen, policy_choice, show
from .new_identities import named_in
from .user_creation import WAYS, begin_anew, go, new_identity, steps


@require_safe
def permissions(request: ConsoleRequest) -> HttpResponse:
    """One way at a time; what was chosen in the others is kept."""
    draft = NewUser.of(request)
    if not draft.user_name:
        return begin_anew(request)
    way = request.GET.get("way", "")
    way = way if way in WAYS else "groups"
    if "chosen" in request.GET:
        ticked = chosen(request, f"{way}_arn")
        match way:
            case "groups":
                draft = replace(draft, group_arns=ticked)
            case "copy":
                copies_boundary = "copies_boundary" in request.GET
                draft = replace(draft, copied_arn="".join(ticked[:1]), copies_boundary=copies_boundary)
            case _:
                draft = replace(draft, policy_arns=ticked)
    if leave := go(request, draft):
        return leave
    counts = {"groups": len(draft.group_arns), "copy": bool(draft.copied_arn), "policies": len(draft.policy_arns)}
    context = steps("permissions", draft) | {
        "way": way,
        "ways": [(key, label, int(counts[key])) for key, label in WAYS.items()],
        "next": "boundary",
    }
    choices, values = _choices(request.call, way, draft)
    return show(request, choices, values, "users/create_choices.html", **context)


def _choices(call: Call, way: str, draft: NewUser) -> tuple[Choices, Sequence[str]]:
    made = new_identity(call, draft)
    choose = partial(
        Choices,
        field=f"{way}_arn",
        submit="Next",
        cancel_url=USERS.url("list"),
        kept={"draft": draft.sealed(), "way": way, "chosen": "1"},
    )

    def of_group(group: Group) -> Choice:
        return Choice(group.arn, group.name, group.arn, gate=gate(call, "iam:AddUserToGroup", group))

    def of_user(user: User) -> Choice:
        return Choice(user.arn, user.name, user.arn, gate=gate(call, "iam:GetUser", user))

    def of_policy(policy: Policy) -> Choice:
        return policy_choice(policy, made.gate("Attach{}Policy", {"iam:PolicyARN": policy.arn}))

    match way:
        case "groups":
            title, label = "Groups to join", "Search groups"
            return choose(title, search_label=label, list=groups.list_groups, choice=of_group), draft.group_arns
        case "copy":
            title, label = "User to copy from", "Search users"
            copying = choose(title, search_label=label, list=users.list_users, choice=of_user, several=False)
            return replace(copying, nothing="Nobody"), [draft.copied_arn] if draft.copied_arn else []
        case _:
            title, label = "Policies to attach", "Search policies"
            return choose(title, search_label=label, list=list_policies, choice=of_policy), draft.policy_arns


@require_safe
def boundary(request: ConsoleRequest) -> HttpResponse:
    draft = NewUser.of(request)
    if not draft.user_name:
        return begin_anew(request)
    if "chosen" in request.GET:
        draft = replace(draft, boundary_arn="".join(chosen(request, "boundary_arn")[:1]))
    if leave := go(request, draft):
        return leave

    def of_policy(policy: Policy) -> Choice:
        return policy_choice(policy, new_identity(request.call, draft, policy.arn).creation(users.create_user).gate)

    choices = Choices(
        title="Permissions boundary",
        field="boundary_arn",
        several=False,
        nothing="No boundary",
        submit="Next",
        search_label="Search policies",
        list=list_policies,
        choice=of_policy,
        cancel_url=USERS.url("list"),
        kept={"draft": draft.sealed(), "chosen": "1"},
    )
    ticked = [draft.boundary_arn] if draft.boundary_arn else []
    copied = named_in(draft.copied_arn) if draft.copies_boundary else ""
    context = steps("boundary", draft) | {"next": "review", "copied": copied}
    return show(request, choices, ticked, "users/create_choices.html", **context)
