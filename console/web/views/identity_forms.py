"""Creating and editing users, groups and roles: form -> operation -> message and the page of the identity."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from console.web.errors import add_to_form
from console.web.findings import with_those_of
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
    **context: Any,
) -> HttpResponse:
    """All of it happens, or none: the identity and its tags. `context` is for the kind's own template."""
    # Tags that nobody sent are no tags: a program that posts this form may leave them out.
    sent = next((fields for fields in (request.POST, form.initial) if "tags-TOTAL_FORMS" in fields), None)
    rows = None if kind is GROUPS else TagFormSet(sent, prefix="tags")
    status, refused = (422 if submitted else 200), None
    if submitted and form.is_valid() & (rows is None or not rows.is_bound or rows.is_valid()):
        details = form.cleaned_data | ({"tags": rows.tags} if rows and rows.is_bound and rows.tags else {})
        try:
            with unit_of_work():
                identity = perform(request.call, **details)
        except AccessDenied as error:
            status, refused = 403, error.decision
        except OperationError as error:
            _place(form, rows, error)
            findings = with_those_of(error, findings)
        else:
            tell(request, kind, "was created.", **kind.named(identity.name))
            return redirect(kind.url("detail", identity.name))
    elif not submitted:
        create_gate(request.call, kind, str(form["path"].value())).require()
    boundaries = panel(list_policies, request.call, scope="Local", max_items=SUGGESTED_BOUNDARIES) if rows else None
    context |= {
        "kind": kind,
        "form": form,
        "rows": rows,
        "boundaries": boundaries,
        "findings": findings,
        "refused": refused,
    }
    return render(request, f"{kind.section}/create.html", context, status=status)


def edit(
    request: ConsoleRequest,
    kind: Kind,
    form_class: type[forms.Form],
    initial: Callable[[Any], dict[str, Any]],
    perform: Callable[..., Identity],
    **name: str,
) -> HttpResponse:
    """`initial` says what the form shows of the identity at first."""
    status, refused = 200, None
    if request.method == "POST":
        form, status = form_class(request.POST), 422
        if form.is_valid():
            try:
                identity = perform(request.call, **name, **form.cleaned_data)
            except AccessDenied as error:
                status, refused = 403, error.decision
            except OperationError as error:
                add_to_form(form, error)
            else:
                tell(request, kind, "was changed.", **kind.named(identity.name))
                return redirect(kind.url("detail", identity.name))
    else:
        identity = kind.get(request.call, **name)
        gate(request.call, kind.action("Update{}"), identity).require()
        form = form_class(initial=initial(identity))
    context = {"kind": kind, "name": name[kind.parameter], "form": form, "refused": refused}
    return render(request, "identities/edit.html", context, status=status)


def _place(form: forms.Form, rows: TagFormSet | None, error: OperationError) -> None:
    """What is wrong with a tag stands beside the tag."""
    if rows is not None and rows.is_bound and isinstance(error, ValidationError):
        others = rows.place_violations(error.violations)
        if not others:
            form.add_error(None, "A tag needs your attention.")
            return
        error = ValidationError(others)
    add_to_form(form, error)


def from_url(request: ConsoleRequest) -> dict[str, Any]:
    """What a link to a create form brings: the path that the list was narrowed to."""
    return {"path": request.GET["path"]} if request.GET.get("path") else {}
