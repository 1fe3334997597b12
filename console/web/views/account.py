"""The account: its id, alias and sign-in address."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from console.web.errors import add_to_form
from console.web.forms.account import AliasForm
from console.web.forms.identities import DeleteForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.operations import accounts
from policies_app.operations.errors import AccessDenied, OperationError

from .identities import form_view, gate

TABS = (
    ("overview", "Overview"),
    ("password_policy", "Password policy"),
    ("quotas", "Quotas"),
    ("credential_report", "Credential report"),
    ("authorization_details", "Authorization details"),
)


def page(
    request: ConsoleRequest, active: str, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """One of the tabs of the section, or a page below it."""
    tabs = [{"url": reverse(f"account:{name}"), "label": label, "active": name == active} for name, label in TABS]
    return render(request, template, {"tabs": tabs, **context}, status=status)


DONE = HTTPStatus.FOUND


def attempt(form: Form, perform: Callable[[], object]) -> int:
    """`DONE`, or the status to show the form again with."""
    if not form.is_valid():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        perform()
    except OperationError as error:
        add_to_form(form, error)
        return HTTPStatus.FORBIDDEN if isinstance(error, AccessDenied) else HTTPStatus.UNPROCESSABLE_ENTITY
    return DONE


@require_safe
def overview(request: ConsoleRequest) -> HttpResponse:
    found = panel(accounts.list_account_aliases, request.call)
    alias = found.value[0] if found.value else ""
    context = {
        "account": request.user.account,
        "found": found,
        "alias": alias,
        "sign_in_urls": [sign_in_url(request, name) for name in (alias, request.call.account_id) if name],
        "may_create": gate(request.call, "iam:CreateAccountAlias", "*"),
        "may_delete": gate(request.call, "iam:DeleteAccountAlias", "*"),
    }
    return page(request, "overview", "account/overview.html", context)


def sign_in_url(request: ConsoleRequest, account: str) -> str:
    return request.build_absolute_uri(f"{reverse('session:sign_in')}?{urlencode({'account': account})}")


@form_view
def alias(request: ConsoleRequest) -> HttpResponse:
    """A new one takes the place of that before."""
    gate(request.call, "iam:CreateAccountAlias", "*").require()
    form = AliasForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: accounts.create_account_alias(request.call, **form.cleaned_data))
        if status == DONE:
            messages.success(request, f"The account is now called {form.cleaned_data['account_alias']}.")
            return redirect("account:overview")
    context = {"form": form, "account": request.user.account}
    return page(request, "overview", "account/alias.html", context, status=status)


@form_view
def delete_alias(request: ConsoleRequest) -> HttpResponse:
    found = accounts.list_account_aliases(request.call)
    if not found:
        return redirect("account:overview")
    name = found[0]
    form = DeleteForm(request.POST if request.method == "POST" else None, name=name)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: accounts.delete_account_alias(request.call, account_alias=name))
        if status == DONE:
            messages.success(request, f"Deleted the alias {name}.")
            return redirect("account:overview")
    else:
        gate(request.call, "iam:DeleteAccountAlias", "*").require()
    context = {
        "form": form,
        "name": name,
        "affected": [
            {"label": f"The sign-in address {sign_in_url(request, name)}"},
            {"label": f"Sign-in with {name} as the account: it takes {request.call.account_id} from then on"},
            {"label": f"Others may take the name {name} for their account"},
        ],
    }
    return page(request, "overview", "account/delete_alias.html", context, status=status)
