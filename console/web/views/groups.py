"""What only groups have: members, and a create and an edit form of their own."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from console.web.forms.groups import CreateGroupForm, EditGroupForm
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page
from policies_app.models import Group, User
from policies_app.operations import groups, users

from . import identity_forms
from .identities import GROUPS, PAGE_SIZE, failure, for_each, form_view, gate, page_of, tell
from .identity_choices import Choice, Choices, choose, chosen


@form_view
def create(request: ConsoleRequest) -> HttpResponse:
    submitted = request.method == "POST"
    form = CreateGroupForm(request.POST) if submitted else CreateGroupForm(initial=identity_forms.from_url(request))
    return identity_forms.create(request, GROUPS, form, groups.create_group, submitted=submitted)


@form_view
def edit(request: ConsoleRequest, group_name: str) -> HttpResponse:
    def initial(group: Group) -> dict[str, str]:
        return {"new_group_name": group.name, "new_path": group.path}

    return identity_forms.edit(request, GROUPS, EditGroupForm, initial, groups.update_group, group_name=group_name)


@require_safe
def members(request: ConsoleRequest, group_name: str) -> HttpResponse:
    marker = request.GET.get("marker", "")
    place = {"marker": marker} if marker else {}
    group, found = groups.get_group(request.call, group_name=group_name, max_items=PAGE_SIZE, **place)
    context = {
        "members": found.items,
        "next_url": f"?{urlencode({'marker': found.next})}" if found.next else None,
        "first_url": request.path if marker else None,
        "add": gate(request.call, "iam:AddUserToGroup", group),
        "remove": gate(request.call, "iam:RemoveUserFromGroup", group),
    }
    return page_of(request, GROUPS, group, "groups/members.html", context)


@form_view
def add_member(request: ConsoleRequest, group_name: str) -> HttpResponse:
    """One user or several at once: all of them, or none."""
    error = ""
    if request.method == "POST":
        names = chosen(request, "user_name")
        add = groups.add_user_to_group
        failed = failure(lambda: for_each(add, request.call, "user_name", names, group_name=group_name))
        if names and failed is None:
            what = f"{len(names)} new members" if len(names) > 1 else f"{names[0]} as a member"
            tell(request, GROUPS, "has {}.", what, group_name=group_name)
            return redirect("groups:members", group_name=group_name)
        error = failed.message if failed else "Choose at least one user."
    group, _ = groups.get_group(request.call, group_name=group_name, max_items=1)
    gate(request.call, "iam:AddUserToGroup", group).require()

    def choice(user: User) -> Choice:
        return Choice(user.name, user.name, user.arn, url=page(user))

    choices = Choices(
        title=f"Add users to {group.name}",
        field="user_name",
        submit="Add users",
        search_label="Search users",
        list=users.list_users,
        choice=choice,
        cancel_url=GROUPS.url("members", group_name=group_name),
        lead="Adding somebody who is a member already changes nothing.",
    )
    return choose(request, GROUPS, group, choices, error=error)


@require_POST
def remove_member(request: ConsoleRequest, group_name: str) -> HttpResponse:
    user_name = request.POST.get("user_name", "")
    groups.remove_user_from_group(request.call, group_name=group_name, user_name=user_name)
    tell(request, GROUPS, "no longer has {} as a member.", user_name, group_name=group_name)
    return redirect("groups:members", group_name=group_name)
