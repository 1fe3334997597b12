"""What happened to one object: the Events tab of its page."""

from typing import Any
from urllib.parse import urlencode

from console.web.forms.events import HistoryFilters
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.models import Identity, Policy
from policies_app.operations.errors import InvalidInput
from policies_app.operations.event_log import lookup_events
from policies_app.operations.pages import Page


def history(request: ConsoleRequest, row: Identity | Policy) -> dict[str, Any]:
    """For events/history.html. Changes alone unless everything is asked for."""
    filters = HistoryFilters(request.GET)
    if not filters.is_valid():
        raise InvalidInput("There is no such page.")
    everything = filters.cleaned_data["everything"]
    found = panel(lookup_events, request.call, subject=row.unique_id, changes_only=not everything, **filters.paging())
    page = found.value or Page([])
    return {
        "found": found,
        "everything": everything,
        "previous_url": filters.page_url(page.previous, backwards=True),
        "next_url": filters.page_url(page.next),
        "by_name_url": f"?{urlencode({'resource': row.arn})}",
    }
