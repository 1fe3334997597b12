"""Filling in the forms of the admin site as a browser does: everything that is on the page is sent."""

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.test import Client

from policies_app.models import Event


def url(row: Model | type[Model], page: str = "change") -> str:
    section = f"/admin/policies_app/{row._meta.model_name}/"
    if isinstance(row, type):
        return section if page == "list" else f"{section}add/"
    return f"{section}{row.pk}/{page}/"


def filled(response: Any) -> dict[str, Any]:
    """What the page's form would send if nothing was typed."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def submit(client: Client, address: str, **typed: Any) -> Any:
    """Open the page, type, and save. `policies=[{...}]` fills new lines of the inline with that prefix."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    return client.post(address, filled(page) | lines(page, typed))


def lines(page: Any, typed: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = {}
    for name, value in typed.items():
        if not isinstance(value, list):
            sent[name] = value
            continue
        first = _lines_now(page, name)
        sent[f"{name}-TOTAL_FORMS"] = first + len(value)
        for number, line in enumerate(value, start=first):
            sent |= {f"{name}-{number}-{field}": text for field, text in line.items()}
    return sent


def _lines_now(page: Any, prefix: str) -> int:
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    return next(int(formset.total_form_count()) for formset in formsets if formset.prefix == prefix)


def errors(response: HttpResponse) -> str:
    """All that the page says is wrong."""
    return " ".join(map(str, response.context["errors"]))  # type: ignore[attr-defined]  # the test client adds it


def recorded() -> list[tuple[str, str, str]]:
    """(operation, resource, outcome) of the events, oldest first; those of the sample are not among them."""
    rows = Event.objects.exclude(principal__contains=":system/").order_by("sequence")
    return [(event.operation, event.resource, event.outcome) for event in rows]
