"""Creating and editing users, groups and roles: form -> operation -> message and the page of the identity."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.web.errors import add_to_form
from console.web.forms.identities import TagFormSet
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.engine.findings import Finding
from policies_app.models import Identity
from policies_app.operations.errors import AccessDenied, OperationError, ValidationError
from policies_app.operations.events import unit_of_work
from policies_app.operations.policies import list_policies

from .identities import GROUPS, Kind, create_gate, gate, tell

SUGGESTED_BOUNDARIES = 100


def create(
    request: ConsoleRequest,
    kind: Kind,
    form: forms.Form,
    perform: Callable[..., Identity],
    *,
    findings: tuple[Finding, ...] = (),
    submitted: bool,
) -> HttpResponse:
    """All of it happens, or none: the identity, its tags, its password."""
    rows = None if kind is GROUPS else TagFormSet(request.POST if submitted else None, prefix="tags")
    valid = submitted and form.is_valid()
    if submitted and (rows is None or rows.is_valid()) and valid:
        details = form.cleaned_data | ({"tags": rows.tags or None} if rows else {})
        try:
            with unit_of_work():
                identity = perform(request.call, **details)
        except AccessDenied:
            raise
        except OperationError as error:
            _place(form, rows, error)
        else:
            tell(request, kind, "was created.", **kind.named(identity.name))
            return redirect(kind.url("detail", **kind.named(identity.name)))
    elif not submitted:
        create_gate(request.call, kind, str(form["path"].value())).require()
    boundaries = panel(list_policies, request.call, scope="Local", max_items=SUGGESTED_BOUNDARIES) if rows else None
    context = {"kind": kind, "form": form, "rows": rows, "boundaries": boundaries, "findings": findings}
    return render(request, f"{kind.section}/create.html", context, status=422 if submitted else 200)


def edit(
    request: ConsoleRequest,
    kind: Kind,
    form_class: type[forms.Form],
    initial: Callable[[Any], dict[str, Any]],
    perform: Callable[..., Identity],
    **name: str,
) -> HttpResponse:
    """`initial` says what the form shows of the identity at first."""
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid():
            try:
                identity = perform(request.call, **name, **form.cleaned_data)
            except AccessDenied:
                raise
            except OperationError as error:
                add_to_form(form, error)
            else:
                tell(request, kind, "was changed.", **kind.named(identity.name))
                return redirect(kind.url("detail", **kind.named(identity.name)))
    else:
        identity = kind.get(request.call, **name)
        gate(request.call, kind.action("Update{}"), identity).require()
        form = form_class(initial=initial(identity))
    context = {"kind": kind, "name": name[kind.parameter], "form": form}
    return render(request, "identities/edit.html", context, status=422 if form.errors else 200)


def _place(form: forms.Form, rows: TagFormSet | None, error: OperationError) -> None:
    """What is wrong with a tag stands beside the tag."""
    if rows is not None and isinstance(error, ValidationError):
        others = rows.place_violations(error.violations)
        if not others:
            form.add_error(None, "A tag needs your attention.")
            return
        error = ValidationError(others)
    add_to_form(form, error)


def from_url(request: ConsoleRequest) -> dict[str, Any]:
    """What a link to a create form brings: the path that the list was narrowed to."""
    return {"path": request.GET["path"]} if request.GET.get("path") else {}
