"""One event: what was done to what, what that changed, and whether the record of it is as it was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.web.changes import changes as in_words
from console.web.documents import Row, compare
from console.web.panels import Panel, panel
from console.web.requests import ConsoleRequest
from policies_app.engine.analyzer.changes import Changes
from policies_app.models import Event
from policies_app.operations.calls import Call
from policies_app.operations.event_documents import Thing, find_subjects, layer, read_documents
from policies_app.operations.event_effects import Changed, changes
from policies_app.operations.event_log import lookup_events
from policies_app.operations.verification import Verified, verify

# How the unique ids of each begin, what it is called, and the action that reads it.
KINDS = {
    "AIDA": ("User", "iam:GetUser"),
    "AGPA": ("Group", "iam:GetGroup"),
    "AROA": ("Role", "iam:GetRole"),
    "ANPA": ("Policy", "iam:GetPolicy"),
    "AIPA": ("Instance profile", "iam:GetInstanceProfile"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """An object that the event concerns: as it is called now, unless it is no more or the viewer may not read it."""

    unique_id: str
    kind: str
    thing: Thing | None
    is_readable: bool


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """Without `words` it is new or gone, or one of the two texts cannot be understood."""

    fact: str
    before: str
    after: str
    rows: list[Row]
    words: Changes | None


@require_safe
def detail(request: ConsoleRequest, sequence: int) -> HttpResponse:
    call = request.call
    event = lookup_events(call, sequence=sequence).items[0]
    first = max(1, sequence - 1)
    found = find_subjects(call, event)
    # Who may read only their own events is not told what others have made of it before.
    may_read_others = call.may("cloudtrail:LookupEvents", "*")
    changed = changes(event) if may_read_others.allowed else []
    context = {
        "event": event,
        "subjects": [_subject(call, unique_id, thing) for unique_id, thing in found.items()],
        "facts": [change for change in changed if not change.is_document],
        "documents": _documents(call, event, changed, [*found.values()]),
        "verified": _verified(verify(call.account_id, start=first, count=sequence - first + 2), sequence),
        "may_read_others": may_read_others,
    }
    return render(request, "events/detail.html", context)


def _subject(call: Call, unique_id: str, thing: Thing | None) -> Subject:
    kind, action = KINDS[unique_id[:4]]
    if thing is None or call.may(action, thing).allowed:
        return Subject(unique_id, kind, thing, is_readable=True)
    return Subject(unique_id, kind, None, is_readable=False)


def _documents(
    call: Call, event: Event, changed: Sequence[Changed], subjects: Sequence[Thing | None]
) -> Panel[list[DocumentChange]]:
    # A new version is the newest, and may be the one in force as well: then both changed alike.
    distinct = {(change.before, change.after): change for change in changed if change.is_document}
    hashes = {sha256 for pair in distinct for sha256 in pair if sha256}
    if not hashes:
        return Panel()
    read = panel(read_documents, call, event, hashes, subjects)
    if read.value is None:
        return Panel(refused=read.refused)
    texts = read.value
    return Panel([_change(event, change, texts) for change in distinct.values()])


def _change(event: Event, change: Changed, texts: dict[str, str]) -> DocumentChange:
    before, after = texts.get(change.before or "", ""), texts.get(change.after or "", "")
    words = in_words(before, after, layer(event)) if before and after else None
    return DocumentChange(change.fact, before, after, compare(before, after) if before and after else [], words)


def _verified(found: Verified, sequence: int) -> dict[str, Any]:
    """What is wrong with the event itself, and with the two beside it."""
    own = [flaw for flaw in found.flaws if flaw.first <= sequence <= flaw.last]
    return {
        "own": own,
        "beside": [flaw for flaw in found.flaws if flaw not in own],
        "previous": sequence - 1 if sequence > 1 else None,
        "next": sequence + 1 if sequence < found.end else None,
    }
