"""Keyset pagination: a page of rows after (or before) a marker, over an index, whatever the size of the table."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from policies_app.models import Group, Identity, InstanceProfile, Policy, Role, User

from .errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Page[T]:
    """`next` and `previous` are the markers to ask for, empty at either end."""

    items: list[T]
    next: str = ""
    previous: str = ""


def page_by_name[M: (Identity, User, Group, Role, Policy, InstanceProfile)](
    rows: QuerySet[M], *, marker: str = "", max_items: int = 100, backwards: bool = False
) -> Page[M]:
    """A page ordered by name without regard to case; `backwards` takes the page that ends before the marker.

    A marker is `name:key`, lower-cased: an AWS managed and a customer managed policy may share a name.
    """
    rows = rows.order_by("-name__lower", "-pk") if backwards else rows.order_by("name__lower", "pk")
    if marker:
        name, key = _read_marker(marker)
        beyond = "lt" if backwards else "gt"
        rows = rows.filter(Q(**{f"name__lower__{beyond}": name}) | Q(**{"name__lower": name, f"pk__{beyond}": key}))
    found = list(rows[: max_items + 1])
    more, items = len(found) > max_items, found[:max_items]
    if backwards:
        items.reverse()
    if not items:
        return Page([])
    after, before = (bool(marker), more) if backwards else (more, bool(marker))
    return Page(items, next=_marker(items[-1]) if after else "", previous=_marker(items[0]) if before else "")


def page_of_list[T](items: list[T], key: Callable[[T], str], marker: str = "", max_items: int = 100) -> Page[T]:
    """A page of what is never long: the items whose key follows the marker, in the order of their keys.

    The marker is the last key itself, so that a page stays where it is while items come and go.
    """
    left = sorted((item for item in items if key(item) > marker), key=key)
    more = len(left) > max_items
    return Page(left[:max_items], next=key(left[max_items - 1]) if more else "")


def in_path(prefix: str) -> Q:
    """Whose path starts with it, in this spelling: SQLite's own prefix search takes no notice of case."""
    return Q() if prefix == "/" else Q(path__startswith=prefix) & Q(Exact(Left("path", len(prefix)), Value(prefix)))


def _marker(row: Identity | Policy | InstanceProfile) -> str:
    return f"{row.name.lower()}:{row.pk}"


def _read_marker(marker: str) -> tuple[str, int]:
    name, _, key = marker.rpartition(":")
    if not key.isdecimal() or len(key) > 18:
        raise InvalidInput(f"Invalid Marker: {marker}")
    return name, int(key)
