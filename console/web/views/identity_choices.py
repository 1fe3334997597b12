"""Picking from a long list: policies to attach, a boundary, groups to join, members to add."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as own
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from console.web.forms.identities import ChoiceFilters
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page
from policies_app.models import Identity, Policy
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


def policy_choice(policy: Policy, may: Gate, *, taken: str = "") -> Choice:
    badge = "aws" if policy.is_aws_managed else "customer"
    return Choice(policy.arn, policy.name, policy.arn, badge, taken, may, page(policy))


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from: `field` names the values, `several` may be chosen at once.

    `nothing` is the first row of those where one may choose none. `kept` goes along with every search.
    """

    title: str
    field: str
    submit: str
    search_label: str
    list: Callable[..., Page[Any]]
    choice: Callable[[Any], Choice]
    cancel_url: str
    several: bool = True
    lead: str = ""
    nothing: str = ""
    kept: Mapping[str, str] = own(default_factory=dict)


def chosen(request: ConsoleRequest, field: str) -> list[str]:
    """What is ticked, once each: it travels in the URL while somebody searches, and in the body in the end."""
    values = request.POST if request.method == "POST" else request.GET
    return [value for value in dict.fromkeys(values.getlist(field)) if value]


def choose(
    request: ConsoleRequest, kind: Kind, identity: Identity, choices: Choices, *, error: str = "", **context: Any
) -> HttpResponse:
    """The page to choose for an identity on; with `error`, again, with what was ticked."""
    context |= {"kind": kind, "identity": identity}
    return show(request, choices, chosen(request, choices.field), "identities/choose.html", error=error, **context)


def show(
    request: ConsoleRequest, choices: Choices, ticked: Sequence[str], template: str, *, error: str = "", **context: Any
) -> HttpResponse:
    """A page of what there is, below what was ticked on other pages."""
    form = ChoiceFilters(request.GET)
    found, refused = search(request.call, choices.list, form)
    rows = [choices.choice(row) for row in found.items]
    elsewhere = [value for value in ticked if value not in {row.value for row in rows}]
    context |= {
        "choices": choices,
        "form": form,
        "refused": refused,
        "rows": [Choice(value, value.rpartition("/")[2], value, elsewhere=True) for value in elsewhere] + rows,
        "ticked": ticked,
        "error": error,
        "page": found,
    }
    swap = request.htmx and not request.htmx.boosted
    template = "identities/choose.html#rows" if swap else template
    response = render(request, template, context, status=422 if error or form.errors else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response
