"""What the wire knows: each action is one small definition in `actions/`, and one line of its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from policies_app.models import Identity
from policies_app.operations import service_model, tags
from policies_app.operations.calls import Call
from policies_app.operations.early_refusals import recorded
from policies_app.operations.pages import Page, page_of_list
from policies_app.operations.tags import Tagged

type Output = dict[str, Any]
"""In the spelling of the wire: `{"User": {"UserName": "dana", …}}`. What is None is left out."""


def nothing(_: object) -> Output:
    return {}


def as_given(_: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    return parameters


def own_by_default(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Where a user may leave out their own name."""
    return parameters if "user_name" in parameters else parameters | {"user_name": call.user_name}


@dataclass(frozen=True, slots=True)
class Action:
    """The operation that an action calls, how its result becomes the output, and, where the names differ, its input."""

    operation: Callable[..., Any]
    output: Callable[[Any], Output] = nothing
    parameters: Callable[[Call, dict[str, Any]], dict[str, Any]] = as_given


@dataclass(frozen=True, slots=True)
class InPages[T]:
    """An operation that gives all there is, as one that gives a page; `key` says where an item stands."""

    name: str
    operation: Callable[..., list[T]]
    key: Callable[[T], str]

    def __call__(
        self, call: Call, *, marker: str | None = None, max_items: int | None = None, **parameters: Any
    ) -> Page[T]:
        paging = {"marker": marker, "max_items": max_items}
        with recorded(call, self.name, parameters | paging):
            service_model.check(self.name, paging)
        return page_of_list(self.operation(call, **parameters), self.key, marker or "", max_items or 100)


def page_of[T](name: str, item: Callable[[T], Any]) -> Callable[[Page[T]], Output]:
    """The output of a list operation: the items under their name, and whether there are more."""

    def output(page: Page[T]) -> Output:
        return {
            name: [item(row) for row in page.items],
            "IsTruncated": bool(page.next),
            "Marker": page.next or None,
        }

    return output


def tags_of(row: Tagged) -> list[Mapping[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.of(row)]


def tags_as_given(row: Tagged) -> list[Mapping[str, str]] | None:
    """Of what was just made; without any there is no list either."""
    return [{"Key": key, "Value": value} for key, value in tags.as_given(row)] or None


def boundary_of(identity: Identity) -> Mapping[str, str] | None:
    if identity.boundary is None:
        return None
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": identity.boundary.arn}


def encoded(document: str) -> str:
    """A policy's text as AWS answers it: percent-encoded (RFC 3986)."""
    return quote(document, safe="~")
