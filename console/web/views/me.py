"""My permissions, and one's own password."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from console.web.errors import add_to_form
from console.web.forms.me import PasswordForm
from console.web.permissions_report import lay_out
from console.web.requests import ConsoleRequest
from policies_app.operations import bearing_policies, credentials
from policies_app.operations.errors import (
    AccessDenied,
    InvalidCurrentPassword,
    OperationError,
    PasswordPolicyViolation,
)
from policies_app.policy_templates import POLICY_TEMPLATES


def permissions(request: ConsoleRequest) -> HttpResponse:
    call = request.call
    context = {
        "mine": lay_out(bearing_policies.read_own(call)),
        "may_list_policies": call.may("iam:ListPolicies", f"arn:aws:iam::{call.account_id}:policy/"),
        "may_list_users": call.may("iam:ListUsers", f"arn:aws:iam::{call.account_id}:user/"),
        **to_ask_for(request, "view_own_permissions"),
    }
    return render(request, "me/permissions.html", context)


@sensitive_post_parameters()
def password(request: ConsoleRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            typed = form.cleaned_data
            try:
                credentials.change_password(
                    request.call, old_password=typed["old_password"], new_password=typed["new_password"]
                )
            except InvalidCurrentPassword as error:
                form.add_error("old_password", error.message)
            except PasswordPolicyViolation as error:
                form.add_error("new_password", error.message)
            except OperationError as error:
                add_to_form(form, error)
                status = HTTPStatus.FORBIDDEN if isinstance(error, AccessDenied) else status
            else:
                # Every other session of the user ends with the old password; this one goes on under a new key.
                request.user.refresh_from_db()
                update_session_auth_hash(request, request.user)
                messages.success(request, "Your password was changed. You are signed out everywhere else.")
                return redirect("me:permissions")
    context = {
        "form": form,
        "may_change": request.call.may("iam:ChangePassword", request.user),
        **to_ask_for(request, "change_own_password"),
    }
    return render(request, "me/password.html", context, status=status)


def to_ask_for(request: ConsoleRequest, slug: str) -> dict[str, Any]:
    """The policy that an administrator may create from a template, at which address, and for whom."""
    create_url = f"{reverse('policies:create')}?{urlencode({'template': slug})}"
    return {
        "arn": request.call.principal.arn,
        "template": POLICY_TEMPLATES[slug],
        "create_url": request.build_absolute_uri(create_url),
    }
