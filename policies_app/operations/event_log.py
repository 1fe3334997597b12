"""Reading the record of operations. CloudTrail's action for it is `LookupEvents`."""

from policies_app.models import Event

from .calls import Call, operation
from .errors import InvalidInput
from .pages import Page


@operation("LookupEvents", service="cloudtrail", reads=True)
def lookup_events(
    call: Call,
    *,
    principal: str = "",
    event_name: str = "",
    resource: str = "",
    outcome: str = "",
    marker: str = "",
    max_items: int = 50,
) -> Page[Event]:
    """Newest first; the marker is the sequence number to go on below.

    Of one principal it is asked for on the principal's ARN, so that a policy can grant somebody's own events alone.
    AWS's action has no resource: a policy for AWS says `*`, which covers every principal.
    """
    call.authorize(principal or "*")
    filters = {"principal": principal, "operation": event_name, "resource": resource, "outcome": outcome}
    rows = Event.objects.filter(account_id=call.account_id, **{name: value for name, value in filters.items() if value})
    if marker:
        if not marker.isdecimal() or len(marker) > 18:
            raise InvalidInput(f"Invalid Marker: {marker}")
        rows = rows.filter(sequence__lt=int(marker))
    found = list(rows.order_by("-sequence")[: max_items + 1])
    items = found[:max_items]
    return Page(items, next=str(items[-1].sequence) if len(found) > max_items else "")
