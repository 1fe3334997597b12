"""Picking from a long list: policies to attach, a boundary, groups to join, members to add."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from console.web.forms.identities import ListFilters
from console.web.requests import ConsoleRequest
from policies_app.models import Identity
from policies_app.operations.pages import Page

from .identities import Gate, Kind, search


@dataclass(frozen=True, slots=True)
class Choice:
    """A row to tick; not so when it is `taken` (in a word) or when the gate is shut.

    One that was ticked on another page of the list is `elsewhere`.
    """

    value: str
    label: str
    detail: str = ""
    badge: str = ""
    taken: str = ""
    gate: Gate | None = None
    url: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: `field` names the values, `several` may be chosen at once."""

    title: str
    field: str
    submit: str
    search_label: str
    list: Callable[..., Page[Any]]
    choice: Callable[[Any], Choice]
    cancel_url: str
    several: bool = True
    lead: str = ""


def chosen(request: ConsoleRequest, field: str) -> list[str]:
    """What is ticked, once each: it travels in the URL while somebody searches, and in the body in the end."""
    values = request.POST if request.method == "POST" else request.GET
    return list(dict.fromkeys(values.getlist(field)))


def choose(
    request: ConsoleRequest, kind: Kind, identity: Identity, choices: Choices, *, error: str = "", **context: Any
) -> HttpResponse:
    """The page to choose on; with `error`, again, with what was ticked."""
    form = ListFilters(request.GET)
    page, refused = search(request.call, choices.list, form)
    rows = [choices.choice(row) for row in page.items]
    ticked = chosen(request, choices.field)
    elsewhere = [value for value in ticked if value not in {row.value for row in rows}]
    context |= {
        "kind": kind,
        "identity": identity,
        "choices": choices,
        "form": form,
        "refused": refused,
        "rows": [Choice(value, value.rpartition("/")[2], value, elsewhere=True) for value in elsewhere] + rows,
        "ticked": ticked,
        "error": error,
        "previous_url": _url(form.page_url(page.previous, backwards=True), ticked, choices),
        "next_url": _url(form.page_url(page.next), ticked, choices),
    }
    swap = request.htmx and not request.htmx.boosted
    template = "identities/choose.html#rows" if swap else "identities/choose.html"
    response = render(request, template, context, status=422 if error or form.errors else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _url(url: str | None, ticked: list[str], choices: Choices) -> str | None:
    return f"{url}&{urlencode([(choices.field, value) for value in ticked])}" if url and ticked else url
