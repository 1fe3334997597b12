"""What everybody has of their own: credentials, sessions and events. Each is theirs to see as policies say so.

What bears on them is in `my_permissions`.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from console.web.errors import add_to_form
from console.web.forms.me import OwnEventFilters, PasswordForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.operations.calls import OPERATIONS
from policies_app.operations.credentials import change_password
from policies_app.operations.errors import (
    AccessDenied,
    InvalidCurrentPassword,
    OperationError,
    PasswordPolicyViolation,
)
from policies_app.operations.event_log import lookup_events
from policies_app.policy_templates import POLICY_TEMPLATES

from .access_keys import key_table
from .console_sessions import session_table
from .identities import form_view, gate
from .users import login_profile

TABS = (
    ("permissions", "Permissions"),
    ("access", "Effective permissions"),
    ("credentials", "Credentials"),
    ("sessions", "Sessions"),
    ("events", "Events"),
    ("why", "Why can't I…?"),
)


@require_safe
def credentials(request: ConsoleRequest) -> HttpResponse:
    context = key_table(request, request.user, is_oneself=True) | {
        "profile": panel(login_profile, request.call, request.user.name),
        "may_change": gate(request.call, "iam:ChangePassword", request.user),
        "endpoint": request.build_absolute_uri("/"),
        "ask_for_password": to_ask_for(request, "change_own_password"),
        "ask_for_keys": to_ask_for(request, "manage_own_access_keys"),
    }
    return page_of_mine(request, "credentials", "me/credentials.html", context)


@sensitive_post_parameters()
@form_view
def password(request: ConsoleRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            typed = form.cleaned_data
            try:
                change_password(request.call, old_password=typed["old_password"], new_password=typed["new_password"])
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
        "ask": to_ask_for(request, "change_own_password"),
    }
    return page_of_mine(request, "credentials", "me/password.html", context, status=status)


@require_safe
def sessions(request: ConsoleRequest) -> HttpResponse:
    context = session_table(request, request.user, is_oneself=True)
    context["ask"] = to_ask_for(request, "change_own_password")
    return page_of_mine(
        request, "sessions", "me/sessions.html", context, status=403 if context["sessions"].refused else 200
    )


@require_safe
def events(request: ConsoleRequest) -> HttpResponse:
    filters = OwnEventFilters(request.GET)
    arn = request.call.principal.arn
    context: dict[str, Any] = {
        "filters": filters,
        "operations": sorted(OPERATIONS),
        "ask": to_ask_for(request, "view_own_events"),
    }
    status = 400
    if filters.is_valid():
        found = panel(lookup_events, request.call, principal=arn, **filters.parameters())
        next_url = filters.page_url(found.value.next) if found.value else None
        context |= {"found": found, "next_url": next_url, "given": filters.given()}
        status = 403 if found.refused else 200
    return page_of_mine(request, "events", "me/events.html", context, status=status)


def page_of_mine(
    request: ConsoleRequest, active: str, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    tabs = [{"url": reverse(f"me:{page}"), "label": label, "active": page == active} for page, label in TABS]
    return render(request, template, {"tabs": tabs, **context}, status=status)


def to_ask_for(request: ConsoleRequest, slug: str) -> dict[str, Any]:
    """The policy that an administrator may create from a template, at which address, and for whom."""
    create_url = f"{reverse('policies:create')}?{urlencode({'template': slug})}"
    return {
        "arn": request.call.principal.arn,
        "template": POLICY_TEMPLATES[slug],
        "create_url": request.build_absolute_uri(create_url),
    }
