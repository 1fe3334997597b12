"""The wizard that makes a user: details, permissions, boundary, review, result. Nothing is done before the last."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.web.drafts import NewUser
from console.web.errors import add_to_form
from console.web.forms.identities import TagFormSet
from console.web.forms.users import NewUserForm
from console.web.requests import ConsoleRequest
from console.web.typed import given_back
from policies_app.operations import users
from policies_app.operations.calls import Call
from policies_app.operations.errors import ValidationError

from . import identity_forms
from .identities import USERS, Gate, create_gate, form_view, gate
from .new_identities import NewIdentity

STEPS = {"details": "Details", "permissions": "Permissions", "boundary": "Boundary", "review": "Review"}
WAYS = {"groups": "Add to groups", "copy": "Copy from a user", "policies": "Attach policies"}
"""Permissions can be given in each of these ways, and in all of them together."""


def address(place: str, draft: NewUser) -> str:
    """Of a step, or of one of the ways to give permissions."""
    query = {"draft": draft.sealed()}
    if place == "details":
        return f"{reverse('users:create')}?{urlencode(query)}"
    if place in WAYS:
        query["way"] = place
    step = "permissions" if place in {*WAYS, "permissions"} else place
    return f"{reverse(f'users:create_{step}')}?{urlencode(query)}"


def go(request: ConsoleRequest, draft: NewUser) -> HttpResponse | None:
    """To the place that a button names, with what this page gathered; None if the request asks for this page."""
    place = request.POST.get("go") or request.GET.get("go")
    known = {*STEPS, *WAYS}
    return redirect(address(place, draft.without_problems())) if place in known else None


def steps(current: str, draft: NewUser) -> dict[str, Any]:
    """What every step shows; the steps are buttons of its form, so that none loses what was typed."""
    listed, state = [], "done"
    for name, label in STEPS.items():
        if name == current:
            listed.append({"label": label, "state": "current"})
            state = "todo"
        else:
            listed.append({"label": label, "state": state, "button": "go", "value": name})
    return {"steps": listed, "draft": draft, "kind": USERS, "problem": " ".join(draft.problems.values())}


def new_identity(call: Call, draft: NewUser, boundary_arn: str = "") -> NewIdentity:
    return NewIdentity(call, USERS, draft.user_name, draft.path, draft.tags, boundary_arn or draft.boundary_arn)


def begin_anew(request: ConsoleRequest) -> HttpResponse:
    """An address that is somebody else's, or that has been lying about for too long."""
    messages.warning(request, "What this page was to go on from is no longer there. Begin with the details.")
    return redirect("users:create")


@form_view
def create(request: ConsoleRequest) -> HttpResponse:
    call, draft = request.call, NewUser.of(request)
    path = request.POST.get("path") or request.GET.get("path") or draft.path
    may_set_password = _gate_below(call, "iam:CreateLoginProfile", path).allowed
    if request.method == "POST":
        form = NewUserForm(request.POST, may_set_password=may_set_password)
        rows = TagFormSet(request.POST if "tags-TOTAL_FORMS" in request.POST else None, prefix="tags")
        if form.is_valid() & (not rows.is_bound or rows.is_valid()):
            tags = rows.tags if rows.is_bound else []
            filled = replace(draft, **form.cleaned_data, tags=tags).without_problems()
            creation = new_identity(call, filled).creation(users.create_user)
            if creation.gate.allowed:
                return go(request, filled) or redirect(address("permissions", filled))
            return _details(request, draft, form, rows, refused=creation.gate)
        return _details(request, draft, form, rows)
    typed = given_back(request)
    shown = _as_typed(draft) | identity_forms.from_url(request) | typed
    create_gate(call, USERS, str(shown["path"])).require()
    form = NewUserForm(initial=shown, may_set_password=may_set_password)
    rows = TagFormSet(typed or None, initial=None if typed else _rows(draft), prefix="tags")
    if draft.problems:
        form, rows = _with_problems(draft, may_set_password=may_set_password)
    return _details(request, draft, form, rows)


def _gate_below(call: Call, action: str, path: str) -> Gate:
    """For a new user of any name under the path."""
    return gate(call, action, f"arn:aws:iam::{call.account_id}:user{path}*")


def _as_typed(draft: NewUser) -> dict[str, Any]:
    names = ("user_name", "path", "sign_in", "password_reset_required")
    return {name: getattr(draft, name) for name in names}


def _rows(draft: NewUser) -> list[dict[str, str]]:
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in draft.tags]


def _with_problems(draft: NewUser, *, may_set_password: bool) -> tuple[NewUserForm, TagFormSet]:
    """The draft as a form that was sent, with what stopped the making beside what each is about."""
    form = NewUserForm(_as_typed(draft), may_set_password=may_set_password)
    sent = {"tags-TOTAL_FORMS": str(len(draft.tags)), "tags-INITIAL_FORMS": "0"}
    for number, row in enumerate(_rows(draft)):
        sent |= {f"tags-{number}-{name}": value for name, value in row.items()}
    rows = TagFormSet(sent, prefix="tags")
    rows.full_clean()
    others = rows.place_violations(draft.problems)
    add_to_form(form, ValidationError(others or {"": "A tag needs your attention."}))
    return form, rows


def _details(
    request: ConsoleRequest, draft: NewUser, form: Form, rows: TagFormSet, *, refused: Any = None
) -> HttpResponse:
    status = HTTPStatus.FORBIDDEN if refused else HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if rows.is_bound and not rows.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    tagging = _gate_below(request.call, "iam:TagUser", str(form["path"].value() or "/"))
    context = {"form": form, "rows": rows, "refused": refused and refused.decision, "tagging": tagging}
    return render(request, "users/create.html", steps("details", draft) | context, status=status)
