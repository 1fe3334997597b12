"""What only users have: groups, a console password, and an edit form of their own."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from console.web.errors import add_to_form
from console.web.forms.users import EditUserForm, PasswordForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page
from policies_app.models import Group, User
from policies_app.operations import credentials, groups, users
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, NoSuchEntity, OperationError, PasswordPolicyViolation

from . import identity_forms
from .access_keys import key_table
from .console_sessions import session_table
from .identities import USERS, failure, for_each, form_view, gate, page_of, tell
from .identity_choices import Choice, Choices, choose, chosen


@form_view
def edit(request: ConsoleRequest, user_name: str) -> HttpResponse:
    def initial(user: User) -> dict[str, str]:
        return {"new_user_name": user.name, "new_path": user.path}

    return identity_forms.edit(request, USERS, EditUserForm, initial, users.update_user, user_name=user_name)


# Groups --------------------------------------------------------------------------------------------------------------


@require_safe
def list_groups(request: ConsoleRequest, user_name: str) -> HttpResponse:
    user = users.get_user(request.call, user_name=user_name)
    found = panel(users.list_groups_for_user, request.call, user_name=user_name)
    may = request.call.may
    context = {
        "found": found,
        "rows": [(group, may("iam:RemoveUserFromGroup", group)) for group in found.value or ()],
        "add": may("iam:AddUserToGroup", f"arn:aws:iam::{request.call.account_id}:group/*"),
    }
    return page_of(request, USERS, user, "users/groups.html", context)


@form_view
def add_to_group(request: ConsoleRequest, user_name: str) -> HttpResponse:
    """One group or several at once: all of them, or none."""
    error = ""
    if request.method == "POST":
        names = chosen(request, "group_name")
        add = groups.add_user_to_group
        failed = failure(lambda: for_each(add, request.call, "group_name", names, user_name=user_name))
        if names and failed is None:
            what = f"{len(names)} groups" if len(names) > 1 else f"group {names[0]}"
            tell(request, USERS, "was added to {}.", what, user_name=user_name)
            return redirect("users:groups", user_name=user_name)
        error = failed.message if failed else "Choose at least one group."
    user = users.get_user(request.call, user_name=user_name)
    found = panel(users.list_groups_for_user, request.call, user_name=user_name)
    joined = {group.pk for group in found.value or ()}

    def choice(group: Group) -> Choice:
        taken = "Member" if group.pk in joined else ""
        may = gate(request.call, "iam:AddUserToGroup", group)
        return Choice(group.name, group.name, group.arn, taken=taken, gate=may, url=page(group))

    choices = Choices(
        title=f"Add {user.name} to groups",
        field="group_name",
        submit="Add to groups",
        search_label="Search groups",
        list=groups.list_groups,
        choice=choice,
        cancel_url=USERS.url("groups", user_name=user_name),
    )
    return choose(request, USERS, user, choices, error=error, unmarked=found.refused)


@require_POST
def remove_from_group(request: ConsoleRequest, user_name: str) -> HttpResponse:
    group_name = request.POST.get("group_name", "")
    groups.remove_user_from_group(request.call, group_name=group_name, user_name=user_name)
    tell(request, USERS, "was removed from group {}.", group_name, user_name=user_name)
    return redirect("users:groups", user_name=user_name)


# Credentials ---------------------------------------------------------------------------------------------------------


@require_safe
def security(request: ConsoleRequest, user_name: str) -> HttpResponse:
    return _security(request, PasswordForm(), user_name)


@sensitive_post_parameters("password")
@require_POST
def create_password(request: ConsoleRequest, user_name: str) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid() and _set(form, credentials.create_login_profile, request.call, user_name):
        tell(request, USERS, "can sign in to the console now.", user_name=user_name)
        return redirect("users:security", user_name=user_name)
    return _security(request, form, user_name)


@sensitive_post_parameters("password")
@require_POST
def change_password(request: ConsoleRequest, user_name: str) -> HttpResponse:
    form = PasswordForm(request.POST)
    if form.is_valid() and _set(form, credentials.update_login_profile, request.call, user_name):
        if user_name.lower() == request.user.name.lower():
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)
        tell(request, USERS, "has a new password.", user_name=user_name)
        return redirect("users:security", user_name=user_name)
    return _security(request, form, user_name)


@require_POST
def remove_password(request: ConsoleRequest, user_name: str) -> HttpResponse:
    credentials.delete_login_profile(request.call, user_name=user_name)
    tell(request, USERS, "can no longer sign in to the console.", user_name=user_name)
    return redirect("users:security", user_name=user_name)


def _set(form: PasswordForm, perform: Any, call: Call, user_name: str) -> bool:
    try:
        perform(call, user_name=user_name, **form.cleaned_data)
    except AccessDenied:
        raise
    except PasswordPolicyViolation as error:
        form.add_error("password", error.message)
    except OperationError as error:
        add_to_form(form, error)
    return not form.errors


def _security(request: ConsoleRequest, form: PasswordForm, user_name: str) -> HttpResponse:
    user = users.get_user(request.call, user_name=user_name)
    found = panel(login_profile, request.call, user_name)
    context = {
        "found": found,
        "form": form,
        "create": gate(request.call, "iam:CreateLoginProfile", user),
        "change": gate(request.call, "iam:UpdateLoginProfile", user),
        "remove": gate(request.call, "iam:DeleteLoginProfile", user),
        **key_table(request, user),
        **session_table(request, user),
    }
    return page_of(request, USERS, user, "users/security.html", context, status=422 if form.errors else 200)


def login_profile(call: Call, user_name: str) -> User | None:
    """None for who has no password."""
    try:
        return credentials.get_login_profile(call, user_name=user_name)
    except NoSuchEntity:
        return None
