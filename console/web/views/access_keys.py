"""Access keys: one's own, and for administrators those of a user.

A secret is on one page only, the answer to its making, which no cache keeps.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from console.web.forms.access_keys import DeleteAccessKeyForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.models import AccessKey, User
from policies_app.operations import access_keys
from policies_app.operations.access_keys import KEYS_PER_USER
from policies_app.operations.errors import LimitExceeded, NoSuchEntity

from .identities import form_view, gate


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose keys a page is about: somebody's whom an administrator looks at, or one's own."""

    name: str
    is_oneself: bool

    @classmethod
    def of(cls, request: ConsoleRequest, user_name: str | None) -> "Holder":
        return cls(user_name or request.user.name, user_name is None)

    @property
    def home(self) -> str:
        return self.url("credentials" if self.is_oneself else "security")

    def url(self, page: str, **key: str) -> str:
        if self.is_oneself:
            return reverse(f"me:{page}", kwargs=key)
        return reverse(f"users:{page}", kwargs={"user_name": self.name, **key})


@dataclass(frozen=True, slots=True)
class Row:
    key: AccessKey
    status_url: str
    delete_url: str


def key_table(request: ConsoleRequest, user: User, *, is_oneself: bool = False) -> dict[str, Any]:
    """What `users/access_keys.html` shows."""
    holder = Holder(user.name, is_oneself)
    found = panel(access_keys.list_access_keys, request.call, user_name=user.name)
    keys = found.value or []

    def url(page: str, key: AccessKey) -> str:
        return holder.url(page, access_key_id=key.pk)

    return {
        "keys": found,
        "key_rows": [Row(key, url("access_key_status", key), url("delete_access_key", key)) for key in keys],
        "is_full": len(keys) >= KEYS_PER_USER,
        "create_key_url": holder.url("create_access_key"),
        "create_key": gate(request.call, "iam:CreateAccessKey", user),
        "update_key": gate(request.call, "iam:UpdateAccessKey", user),
        "delete_key": gate(request.call, "iam:DeleteAccessKey", user),
        "last_used": gate(request.call, "iam:GetAccessKeyLastUsed", user),
    }


@never_cache
@require_POST
def create(request: ConsoleRequest, user_name: str | None = None) -> HttpResponse:
    holder = Holder.of(request, user_name)
    try:
        new = access_keys.create_access_key(request.call, user_name=holder.name)
    except LimitExceeded as error:
        messages.error(request, f"{error.message}. Delete one of the keys first.")
        return redirect(holder.home)
    context = {"holder": holder, "new": new, "csv_name": f"{holder.name}_accessKeys.csv"}
    return render(request, "users/new_access_key.html", context)


@require_POST
def set_status(request: ConsoleRequest, access_key_id: str, user_name: str | None = None) -> HttpResponse:
    holder = Holder.of(request, user_name)
    status = request.POST.get("status", "")
    access_keys.update_access_key(request.call, user_name=holder.name, access_key_id=access_key_id, status=status)
    outcome = "signs requests again" if status == "Active" else "signs nothing until it is made active again"
    messages.success(request, format_html("Access key <code>{}</code> {}.", access_key_id, outcome))
    return redirect(holder.home)


@form_view
def delete(request: ConsoleRequest, access_key_id: str, user_name: str | None = None) -> HttpResponse:
    holder = Holder.of(request, user_name)
    deleting_user = user_name and request.GET.get("then") == "delete"
    back_url = holder.url("delete") if deleting_user else holder.home
    form = DeleteAccessKeyForm(request.POST if request.method == "POST" else None, name=access_key_id)
    if request.method == "POST" and form.is_valid():
        access_keys.delete_access_key(request.call, user_name=holder.name, access_key_id=access_key_id)
        messages.success(request, format_html("Access key <code>{}</code> was deleted.", access_key_id))
        return redirect(back_url)
    keys = access_keys.list_access_keys(request.call, user_name=holder.name)
    key = next((key for key in keys if key.pk == access_key_id), None)
    if key is None:
        raise NoSuchEntity(f"The Access Key with id {access_key_id} cannot be found.")
    gate(request.call, "iam:DeleteAccessKey", key.user).require()
    context = {"holder": holder, "key": key, "form": form, "cancel_url": back_url}
    return render(request, "users/delete_access_key.html", context, status=422 if form.errors else 200)
