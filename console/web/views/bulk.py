"""One change of several rows of a list: what will happen first, then what became of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from console.web.columns import counted
from console.web.forms.bulk import AttachForm, ChangeForm, GroupForm
from console.web.lists import Change, Listed
from console.web.panels import Panel, panel
from console.web.requests import ConsoleRequest
from console.web.templatetags.console import reason
from console.web.templatetags.links import page
from policies_app.models import Event
from policies_app.operations import groups, policies
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, NoSuchEntity, OperationError
from policies_app.operations.lists import Table
from policies_app.operations.pages import Page

from .identities import Gate

MOST = 100
"""Rows at once; a page of a list has fewer."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """`blocking` is what has to go first, in words."""

    name: str
    value: str
    url: str
    gate: Gate | None
    blocking: list[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kind` is as in the record of events."""

    name: str
    kind: str
    word: str
    reason: str = ""
    url: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ConsoleRequest, listed: Listed) -> HttpResponse:
    """`?change=` names what is to be done, and each `chosen` a row."""
    asked = listed.change(request.GET.get("change", ""))
    if asked is None:
        raise NoSuchEntity("There is no such change.")
    given = (request.POST if request.method == "POST" else request.GET).getlist("chosen")
    values = [value for value in dict.fromkeys(given) if listed.names(value)][:MOST]
    form = asked.form(request.POST if request.method == "POST" else None)
    title = asked.sentence.format(f"{len(values)} {listed.kind if len(values) == 1 else listed.section}")
    context: dict[str, Any] = {"listed": listed, "change": asked, "form": form, "title": title}
    if form.is_bound and form.is_valid() and values:
        outcomes = [_perform(request.call, listed, asked, form, value) for value in values]
        done = sum(outcome.kind == Event.Outcome.SUCCESS for outcome in outcomes)
        all_refused = all(outcome.kind == Event.Outcome.REFUSED for outcome in outcomes)
        context |= {"outcomes": outcomes, "done": done}
        return render(request, "lists/outcomes.html", context, status=403 if all_refused else 200)
    found = panel(_chosen, request.call, listed, asked, values)
    rows, untold = found.value or ([], [])
    context |= {"rows": rows, "untold": untold, "refused": found.refused}
    context["suggestions"] = _suggestions(request.call, form) if rows else []
    return render(request, "lists/change.html", context, status=403 if found.refused else 422 if form.errors else 200)


def _perform(call: Call, listed: Listed, change: Change, form: ChangeForm, value: str) -> Outcome:
    """By the operation for it, which authorises, has a transaction of its own and is recorded."""
    name = value.rpartition("/")[2]
    try:
        change.perform(call, value, **form.given())
    except AccessDenied as error:
        request = error.decision.request
        why = f"Needs `{request.action}` on `{request.resource}`. {reason(error.decision)}"
        return Outcome(name, Event.Outcome.REFUSED, "Refused", why, listed.row_url(value))
    except OperationError as error:
        url = "" if isinstance(error, NoSuchEntity) else listed.row_url(value)
        return Outcome(name, Event.Outcome.FAILED, "Failed", error.message, url)
    return Outcome(
        name, Event.Outcome.SUCCESS, change.done, url="" if change.key == "delete" else listed.row_url(value)
    )


def _chosen(call: Call, listed: Listed, change: Change, values: list[str]) -> tuple[list[Chosen], list[str]]:
    """The rows, and the actions without which more may be in their way than is told."""
    if not values:
        return [], []
    among = {"among": listed.among(call, values)}
    table = listed.table(call, max_items=MOST, asked={"filters": among, "columns": list(change.blocking)})
    gates: Sequence[Gate | None] = [None] * len(table.items)
    if not change.on:
        gates = [Gate(decision) for decision in call.may_each(change.action, table.items)]
    rows = [
        Chosen(row.name, listed.name_of(row), page(row), gate, _blocking(table, change, row))
        for row, gate in zip(table.items, gates, strict=True)
    ]
    untold = {told.refused.request.action for told in table.columns.values() if told.refused}
    return rows, sorted(untold)


def _blocking(table: Table[Any], change: Change, row: Any) -> list[str]:
    """What the columns tell of the row that has to go before it can be deleted."""
    told = ((key, table.columns[key].values.get(row.pk)) for key in change.blocking)
    return [BLOCKING[key](value) for key, value in told if value]


def _some(noun: str, nouns: str, name: Callable[[Any], str] = str) -> Callable[[Sequence[Any]], str]:
    return lambda values: f"{noun if len(values) == 1 else nouns} {', '.join(map(name, values))}"


BLOCKING: Mapping[str, Callable[[Any], str]] = {
    "groups": _some("group", "groups"),
    "policies": _some("attached policy", "attached policies", lambda policy: policy[1]),
    "inline": _some("inline policy", "inline policies"),
    "profiles": _some("instance profile", "instance profiles"),
    "keys": lambda keys: f"{len(keys)} access key{'s' if len(keys) > 1 else ''}",
    "console": lambda _: "the console password",
    "members": lambda number: f"{counted(number)} users",
    "attached": lambda number: f"attached to {counted(number)}",
    "boundary": lambda number: f"the boundary of {counted(number)}",
}


def _suggestions(call: Call, form: ChangeForm) -> list[str]:
    """For who may list them."""
    match form:
        case GroupForm():
            found: Panel[Page[Any]] = panel(groups.list_groups, call, max_items=MOST)
        case AttachForm():
            found = panel(policies.list_policies, call, scope="Local", max_items=MOST)
        case _:
            return []
    return [row.name for row in found.value.items] if found.value else []
