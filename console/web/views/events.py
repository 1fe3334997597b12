from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from console.web.forms.events import EventFilters
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.operations.calls import OPERATIONS
from policies_app.operations.event_log import lookup_events


@require_safe
@vary_on_headers("HX-Request")
def list_(request: ConsoleRequest) -> HttpResponse:
    filters = EventFilters(request.GET)
    context = {"filters": filters, "operations": sorted(OPERATIONS)}
    status = 400
    if filters.is_valid():
        found = panel(lookup_events, request.call, **filters.parameters(request.call.account_id))
        status = 403 if found.refused else 200
        next_url = filters.page_url(found.value.next) if found.value else None
        context |= {"found": found, "next_url": next_url, "given": filters.given()}
    swap = request.htmx and not request.htmx.boosted
    return render(request, f"events/list.html{'#rows' if swap else ''}", context, status=status)
