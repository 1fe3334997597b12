"""The lists of users, groups, roles and policies, on a page and as a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from console.web import csv_files
from console.web.columns import joined
from console.web.forms.lists import ListForm
from console.web.lists import Change, Listed, Row
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page as page_of_row
from policies_app.engine.decision import Decision
from policies_app.models import Policy
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.operations.lists import Table, Told

from .identities import PAGE_SIZE, Gate

FILE_PAGE = 500
REMEMBERED = 365 * 24 * 60 * 60
NOT_ALLOWED = SafeString('<span class="text-secondary">Not allowed</span>')


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the template draws it; without a `value` it cannot be ticked."""

    name: str
    url: str
    value: str
    cells: SafeString


@require_safe
def listing(request: ConsoleRequest, listed: Listed) -> HttpResponse:
    form = listed.form(request.GET)
    swap = request.htmx and not request.htmx.boosted
    if form.is_valid() and not swap and form.sent_empty:
        return redirect(urljoin(request.path, form.address()))
    shown = _shown(request, listed, form)
    table, refused = _ask(request.call, listed, form, shown, total=not swap)
    context = {
        "listed": listed,
        "form": form,
        "refused": refused,
        "total": table.total,
        "heads": [_head(listed, form, key, table.columns) for key in ("name", *shown)],
        "rows": [_line(listed, row, table, shown) for row in table.items],
        "shown": shown,
        "changes": _changes(request.call, listed, table.items),
        "export_url": listed.url("export"),
        "previous_url": form.page_url(table.previous, backwards=True),
        "next_url": form.page_url(table.next),
        **_create(request.call, listed, form),
    }
    status = 403 if refused else 422 if form.errors else 200
    response = render(request, f"lists/list.html{'#rows' if swap else ''}", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    if swap and request.htmx.trigger == "search" and not form.errors:
        # The form sends a field for each filter that there could be.
        response["HX-Replace-Url"] = urljoin(request.path, form.address())
    if form.chosen() is not None:
        _remember(response, listed, shown)
    return response


@require_safe
def export(request: ConsoleRequest, listed: Listed) -> HttpResponseBase:
    """What the list shows, all pages of it. Who loses the permission meanwhile gets no more of it."""
    form = listed.form(request.GET)
    if not form.is_valid():
        return render(request, "400.html", {"message": "The address of this list is not one."}, status=400)
    shown = _shown(request, listed, form)
    first = listed.table(request.call, **form.parameters(shown), max_items=FILE_PAGE)
    titles = ["Name", *(_title(listed.columns[key].label, first.columns[key]) for key in shown)]
    return StreamingHttpResponse(
        csv_files.lines(titles, _rows(request.call, listed, form, shown, first)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{listed.section}.csv"'},
    )


def _rows(call: Call, listed: Listed, form: ListForm, shown: list[str], table: Table[Any]) -> Iterator[Iterable[str]]:
    while True:
        for row in table.items:
            yield row.name, *_texts(listed, row, table, shown)
        if not table.next:
            return
        place = form.parameters(shown) | {"marker": table.next}
        table = listed.table(replace(call, policies=None), **place, max_items=FILE_PAGE)


def _title(label: str, told: Told) -> str:
    return f"{label} (needs {told.refused.request.action})" if told.refused else label


def _texts(listed: Listed, row: Row, table: Table[Any], shown: list[str]) -> Iterator[str]:
    for key in shown:
        values = table.columns[key].values
        yield listed.columns[key].text(row, values[row.pk]) if row.pk in values else "not allowed"


def _ask(
    call: Call, listed: Listed, form: ListForm, shown: list[str], *, total: bool
) -> tuple[Table[Any], Decision | None]:
    """A page of what the form asks for; the errors of the operation come to stand in the form."""
    if form.is_valid():
        asked = form.parameters(shown)
        asked["asked"]["total"] = total
        try:
            return listed.table(call, **asked, max_items=PAGE_SIZE), None
        except AccessDenied as error:
            return Table([]), error.decision
        except OperationError as error:
            form.add_error(None, error.message)
    return Table([]), None


# Columns -------------------------------------------------------------------------------------------------------------


def _shown(request: ConsoleRequest, listed: Listed, form: ListForm) -> list[str]:
    """The columns that the address names, or those that were chosen last on this list, or the usual ones."""
    chosen = form.chosen()
    if chosen is None and (remembered := request.COOKIES.get(_cookie(listed))) is not None:
        chosen = [key for key in listed.columns if key in remembered.split(".")]
    return [key for key in listed.columns if key in listed.defaults] if chosen is None else chosen


def _remember(response: HttpResponse, listed: Listed, shown: list[str]) -> None:
    response.set_cookie(
        _cookie(listed),
        ".".join(shown),
        max_age=REMEMBERED,
        path=listed.url("list"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _cookie(listed: Listed) -> str:
    return f"{listed.section}-columns"


# What the template draws ---------------------------------------------------------------------------------------------


def _head(listed: Listed, form: ListForm, key: str, told: Mapping[str, Told]) -> dict[str, Any]:
    """The title of a column, with what ordering by it leads to, or with the action that its facts need."""
    by = "" if form.errors else form.cleaned_data["order"] or "name"
    order = {key: "ascending", f"-{key}": "descending"}.get(by, "")
    orders = key in form.listed.orders
    return {
        "key": key,
        "label": listed.columns[key].label if key in listed.columns else "Name",
        "css": listed.columns[key].css if key in listed.columns else "",
        "order": order,
        "url": form.address(order=f"-{key}" if order == "ascending" else key) if orders and not form.errors else None,
        "refused": told[key].refused if key in told else None,
    }


def _line(listed: Listed, row: Row, table: Table[Any], shown: list[str]) -> Line:
    cells = [(listed.columns[key].css, _cell(listed, row, key, table.columns[key])) for key in shown]
    value = listed.name_of(row) if _may_be_ticked(row) else ""
    return Line(row.name, page_of_row(row), value, joined(cells))


def _cell(listed: Listed, row: Row, key: str, told: Told) -> str:
    if told.refused:
        return ""
    return listed.columns[key].cell(row, told.values[row.pk]) if row.pk in told.values else NOT_ALLOWED


def _may_be_ticked(row: Row) -> bool:
    """AWS's own policies nobody changes."""
    return not (isinstance(row, Policy) and row.is_aws_managed)


def _changes(call: Call, listed: Listed, rows: list[Any]) -> list[tuple[Change, Gate]]:
    """Each is offered if it may be done to one of the rows at least."""
    rows = [row for row in rows if _may_be_ticked(row)]
    return [(change, _gate(call, change, rows)) for change in listed.changes] if rows else []


def _gate(call: Call, change: Change, rows: list[Any]) -> Gate:
    if change.on:
        return Gate(call.may(change.action, f"arn:aws:iam::{call.account_id}:{change.on}"))
    # Mostly it may be done to the first one, and then nobody has to ask about the other forty-nine.
    first = Gate(*call.may_each(change.action, rows[:1]))
    if first.allowed:
        return first
    others = (Gate(decision) for decision in call.may_each(change.action, rows[1:]))
    return next((gate for gate in others if gate.allowed), first)


def _create(call: Call, listed: Listed, form: ListForm) -> dict[str, Any]:
    """Below the path of the filter: who may create under `/dev/` only gets there with it."""
    path = form.path_prefix
    action = f"iam:Create{listed.kind.capitalize()}"
    query = f"?{urlencode({'path': path})}" if path else ""
    return {
        "create": Gate(call.may(action, f"arn:aws:iam::{call.account_id}:{listed.kind}{path or '/'}*")),
        "create_label": f"Create {listed.kind}",
        "create_url": listed.url("create") + query,
    }
