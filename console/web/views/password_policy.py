"""What the account asks of its users' passwords."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from console.web.forms.account import PasswordPolicyForm, shown
from console.web.forms.identities import DeleteForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.models import PasswordPolicy
from policies_app.operations import password_policy as operations
from policies_app.operations.calls import Call
from policies_app.operations.errors import NoSuchEntity

from .account import DONE, attempt, page
from .identities import form_view, gate

# What is typed to go back to AWS's default, which is nobody's name.
CONFIRMATION = "default"


def _find(call: Call) -> list[PasswordPolicy]:
    """One, or none."""
    with suppress(NoSuchEntity):
        return [operations.get_account_password_policy(call)]
    return []


@require_safe
def password_policy(request: ConsoleRequest) -> HttpResponse:
    found = panel(_find, request.call)
    context = {
        "found": found,
        "policy": found.value[0] if found.value else None,
        "may_update": gate(request.call, "iam:UpdateAccountPasswordPolicy", "*"),
        "may_delete": gate(request.call, "iam:DeleteAccountPasswordPolicy", "*"),
    }
    return page(request, "password_policy", "account/password_policy.html", context)


@form_view
def edit(request: ConsoleRequest) -> HttpResponse:
    status = 200
    if request.method == "POST":
        form = PasswordPolicyForm(request.POST)
        status = attempt(form, lambda: operations.update_account_password_policy(request.call, **form.parameters()))
        if status == DONE:
            messages.success(
                request, "Changed the password policy. It holds for every password that is set from now on."
            )
            return redirect("account:password_policy")
    else:
        gate(request.call, "iam:UpdateAccountPasswordPolicy", "*").require()
        policy = next(iter(_find(request.call)), None)
        form = PasswordPolicyForm(initial=shown(policy))
    return page(request, "password_policy", "account/edit_password_policy.html", {"form": form}, status=status)


@form_view
def delete(request: ConsoleRequest) -> HttpResponse:
    form = DeleteForm(request.POST if request.method == "POST" else None, name=CONFIRMATION)
    status = 200
    if request.method == "POST":
        status = attempt(form, lambda: operations.delete_account_password_policy(request.call))
        if status == DONE:
            messages.success(request, "The account asks of passwords what AWS asks by default.")
            return redirect("account:password_policy")
    else:
        gate(request.call, "iam:DeleteAccountPasswordPolicy", "*").require()
    context = {"form": form, "name": CONFIRMATION}
    return page(request, "password_policy", "account/delete_password_policy.html", context, status=status)
