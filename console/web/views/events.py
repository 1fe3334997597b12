"""The record of operations: looking events up, and taking them out as files."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from console.web.csv_files import lines
from console.web.forms.events import ERROR_CODES, EventFilters, operation_names
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.models import Event
from policies_app.operations.errors import InvalidInput, NoSuchEntity
from policies_app.operations.event_log import Purpose, every_event, lookup_events
from policies_app.operations.pages import Page

EXPORTED: Final = (
    *("sequence", "time", "principal", "operation", "resource", "outcome", "error", "message", "parameters"),
    *("source_ip", "user_agent", "request_id", "is_read", "subjects", "previous_hash", "hash"),
)


@require_safe
@vary_on_headers("HX-Request")
def list_(request: ConsoleRequest) -> HttpResponse:
    filters = EventFilters(request.GET)
    context: dict[str, Any] = {
        "filters": filters,
        "operations": operation_names(),
        "error_codes": ERROR_CODES,
        "may_verify": request.call.may("cloudtrail:LookupEvents", "*"),
    }
    status = 400
    if filters.is_valid():
        found = panel(_look_up, request, filters)
        status = 403 if found.refused else 200
        page = found.value or Page([])
        context |= {
            "found": found,
            "previous_url": filters.page_url(page.previous, backwards=True),
            "next_url": filters.page_url(page.next),
            "chips": filters.chips(),
            "query": filters.query(),
        }
    swap = request.htmx and not request.htmx.boosted
    return render(request, f"events/list.html{'#rows' if swap else ''}", context, status=status)


def _look_up(request: ConsoleRequest, filters: EventFilters) -> Page[Event]:
    try:
        return lookup_events(request.call, **filters.parameters(request.call.account_id), **filters.paging())
    except NoSuchEntity:  # the number of an event that is not there is one more search that finds nothing
        return Page([])


@require_safe
def export(request: ConsoleRequest, file_format: str) -> StreamingHttpResponse:
    """What the list shows, and all that follows it, while it is being read from the database."""
    filters = EventFilters(request.GET)
    if not filters.is_valid():
        raise InvalidInput("These filters are not understood.")
    purpose: Purpose = "export as CSV" if file_format == "csv" else "export as JSON lines"
    asked = filters.parameters(request.call.account_id)
    if "sequence" in asked:
        events = iter(lookup_events(request.call, purpose=purpose, **asked).items)
    else:
        events = every_event(request.call, purpose, **asked)
    if file_format == "csv":
        content, content_type = lines(EXPORTED, map(_cells, events)), "text/csv"
    else:
        content, content_type = _json_lines(events), "application/jsonl"
    name = f"events-{request.call.account_id}-{timezone.now():%Y%m%dT%H%M%SZ}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(content, content_type=f"{content_type}; charset=utf-8", headers=headers)


def _cells(event: Event) -> Iterator[Any]:
    for name in EXPORTED:
        value = getattr(event, name)
        match value:
            case None:
                yield ""
            case dict() | list():
                yield json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True)
            case _ if name == "time":
                yield value.isoformat()
            case _:
                yield value


def _json_lines(events: Iterable[Event]) -> Iterator[str]:
    """Each event as it was hashed."""
    for event in events:
        fields = {name: getattr(event, name) for name in EXPORTED} | {"time": event.time.isoformat()}
        yield json.dumps(fields, cls=DjangoJSONEncoder) + "\n"
