"""Reading the record of operations. CloudTrail's action for it is `LookupEvents`."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypedDict, Unpack

from django.db.models import QuerySet

from policies_app.engine.decision import Outcome
from policies_app.models import Event, EventSubject

from .calls import Call, operation
from .errors import InvalidInput, NoSuchEntity
from .pages import Page

# Events are numbered as they are recorded, which of a read is a moment after it: never as long as this.
LATEST_RECORDED: Final = timedelta(hours=1)
EXPORTED_AT_ONCE: Final = 1000

type Purpose = Literal["", "export as CSV", "export as JSON lines", "verify"]


class EventFilters(TypedDict, total=False):
    """What events are narrowed to: each by an index of its own. Both times are included.

    `about` is an ARN that an event names as its principal or as its resource. `subject` is the unique id of an object,
    whatever its name was then, and goes with `changes_only` alone.
    """

    principal: str
    event_name: str
    resource: str
    about: str
    subject: str
    outcome: str
    error_code: str
    source_ip: str
    request_id: str
    changes_only: bool
    start_time: datetime | None
    end_time: datetime | None


EXACT: Final = {
    "principal": "principal",
    "event_name": "operation",
    "resource": "resource",
    "outcome": "outcome",
    "error_code": "error",
    "source_ip": "source_ip",
    "request_id": "request_id",
}


@operation("LookupEvents", service="cloudtrail", reads=True)
def lookup_events(
    call: Call,
    *,
    sequence: int | None = None,
    purpose: Purpose = "",  # noqa: ARG001  # for the record
    marker: str = "",
    max_items: int = 50,
    backwards: bool = False,
    **filters: Unpack[EventFilters],
) -> Page[Event]:
    """Newest first, or the one of that `sequence`. A marker is the sequence to go on below, or backwards above.

    Permission is asked for on the ARN of the `principal`, so that somebody may be allowed to read what they did
    themselves, and else on everything.
    """
    if sequence is not None:
        return Page([_find(call, sequence)])
    call.authorize(filters.get("principal") or "*")
    return _look_up(call.account_id, filters, marker, max_items, backwards=backwards)


def every_event(call: Call, purpose: Purpose, **filters: Unpack[EventFilters]) -> Iterator[Event]:
    """All that match, newest first, read a thousand at a time. Asked for and recorded once, ahead of them."""
    first = lookup_events(call, purpose=purpose, max_items=EXPORTED_AT_ONCE, **filters)
    return _from(call.account_id, filters, first)


def _from(account_id: str, filters: EventFilters, page: Page[Event]) -> Iterator[Event]:
    yield from page.items
    while page.next:
        page = _look_up(account_id, filters, page.next, EXPORTED_AT_ONCE)
        yield from page.items


def _find(call: Call, sequence: int) -> Event:
    """Asks for permission on whose it is. Who may not read that learns as little of it as of one that is not there."""
    event = _of(call.account_id).filter(sequence=sequence).first()
    if event is None or call.may(call.action, event.principal).outcome is Outcome.IMPLICIT_DENY:
        call.authorize("*")
    else:
        call.authorize(event.principal)
    if event is None:
        raise NoSuchEntity(f"There is no event {sequence}.")
    return event


def _look_up(
    account_id: str, filters: EventFilters, marker: str, max_items: int, *, backwards: bool = False
) -> Page[Event]:
    wanted: dict[str, Any] = {
        column: filters[name]  # type: ignore[literal-required]  # the names are those of the fields
        for name, column in EXACT.items()
        if filters.get(name)
    }
    rows = _of(account_id).filter(**wanted)
    rows = _between(rows, account_id, filters.get("start_time"), filters.get("end_time"))
    if filters.get("changes_only"):
        rows = rows.filter(is_read=False)
    if about := filters.get("about"):
        branches = [rows.filter(principal=about), rows.filter(resource=about)]
    elif subject := filters.get("subject"):
        concerning = EventSubject.objects.filter(account_id=account_id, subject=subject)
        if filters.get("changes_only"):
            concerning = concerning.filter(is_read=False)
        numbers = _beyond(concerning, marker, backwards=backwards).values_list("sequence", flat=True)
        branches = [rows.filter(sequence__in=list(numbers[: max_items + 1]))]
    else:
        branches = [rows]
    found = {
        event.sequence: event
        for rows in branches
        for event in _beyond(rows, marker, backwards=backwards)[: max_items + 1]
    }
    return _page([found[number] for number in sorted(found, reverse=not backwards)], marker, max_items, backwards)


def _page(found: Sequence[Event], marker: str, max_items: int, backwards: bool) -> Page[Event]:  # noqa: FBT001  # ours
    items, more = list(found[:max_items]), len(found) > max_items
    if backwards:
        items.reverse()
    if not items:
        return Page([])
    older, newer = (bool(marker), more) if backwards else (more, bool(marker))
    return Page(items, next=str(items[-1].sequence) if older else "", previous=str(items[0].sequence) if newer else "")


def _of(account_id: str) -> "QuerySet[Event]":
    return Event.objects.filter(account_id=account_id)


def _beyond[M: (Event, EventSubject)](rows: "QuerySet[M]", marker: str, *, backwards: bool) -> "QuerySet[M]":
    if marker:
        if not marker.isdecimal() or len(marker) > 18:
            raise InvalidInput(f"Invalid Marker: {marker}")
        rows = rows.filter(**{"sequence__gt" if backwards else "sequence__lt": int(marker)})
    return rows.order_by("sequence" if backwards else "-sequence")


def _between(
    rows: "QuerySet[Event]", account_id: str, start: datetime | None, end: datetime | None
) -> "QuerySet[Event]":
    """By sequence as well as by time, so that each filter goes on over its own index, which has no times."""
    numbers = _of(account_id).values_list("sequence", flat=True)
    if start:
        rows = rows.filter(time__gte=start)
        if before := numbers.filter(time__lte=start - LATEST_RECORDED).order_by("-time").first():
            rows = rows.filter(sequence__gt=before)
    if end:
        rows = rows.filter(time__lte=end)
        if after := numbers.filter(time__gte=end + LATEST_RECORDED).order_by("time").first():
            rows = rows.filter(sequence__lt=after)
    return rows
