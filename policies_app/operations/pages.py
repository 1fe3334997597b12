"""Keyset pagination: a page of rows after (or before) a marker, over an index, whatever the size of the table."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from policies_app.models import Group, Identity, InstanceProfile, Policy, Role, User

from .errors import InvalidInput
from .search import first_matching
from .service_model import UNSTORABLE

NEVER = datetime.min.replace(tzinfo=UTC)
_DIGITS = 18  # those of a primary key


class Order(Enum):
    """What rows can be ordered by, over an index (migrations 0009, 0010). What never happened is the longest ago."""

    NAME = "name", "name__lower"
    CREATED = "created", "created"
    LAST_LOGIN = "last_login", "last_login__or_never"
    PASSWORD_CHANGED = "password_changed", "password_changed__or_never"
    LAST_ACTIVITY = "last_activity", "last_activity"

    def __init__(self, field: str, key: str) -> None:
        self.field = field
        self.key = key


@dataclass(frozen=True, slots=True)
class Page[T]:
    """`next` and `previous` are the markers to ask for, empty at either end."""

    items: list[T]
    next: str = ""
    previous: str = ""


def page_by_name[M: (Identity, User, Group, Role, Policy, InstanceProfile)](
    rows: QuerySet[M], *, search: str = "", marker: str = "", max_items: int = 100, backwards: bool = False
) -> Page[M]:
    return page_in_order(rows, Order.NAME, search=search, marker=marker, max_items=max_items, backwards=backwards)


def page_in_order[M: (Identity, User, Group, Role, Policy, InstanceProfile)](
    rows: QuerySet[M],
    order: Order,
    *,
    descending: bool = False,
    search: str = "",
    named: QuerySet[Any] | None = None,
    marker: str = "",
    max_items: int = 100,
    backwards: bool = False,
) -> Page[M]:
    """A page of those whose name holds `search`; `backwards` takes the page that ends before the marker.

    Names are ordered without regard to case, and equals by primary key. A marker is `value:key`, as `alice:12`. With
    `named`, the same rows of the table that has the names, they are found without a join.
    """
    place = _place(order, marker, falling=descending != backwards)
    rows = place(rows)
    named = place(named) if named is not None and hasattr(named.model, order.field) else None
    if search:
        by_name = "" if named is None or order is not Order.NAME else "DESC" if descending != backwards else "ASC"
        rows = first_matching(rows, search, max_items + 1, named=named, by_name=by_name)
    elif named is not None and named.model is not rows.model:
        # With the join, both databases would rather sort all groups, or roles, than walk the index.
        rows = rows.filter(pk__in=named.values("pk")[: max_items + 1])
    found = list(rows[: max_items + 1])
    more, items = len(found) > max_items, found[:max_items]
    if backwards:
        items.reverse()
    if not items:
        return Page([])
    after, before = (bool(marker), more) if backwards else (more, bool(marker))
    return Page(
        items,
        next=marker_of(items[-1], order) if after else "",
        previous=marker_of(items[0], order) if before else "",
    )


def _place(order: Order, marker: str, *, falling: bool) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """Puts rows in order and leaves out those up to the marker."""
    sign, beyond = ("-", "lt") if falling else ("", "gt")
    conditions = []
    if marker:
        value, key = _read_marker(marker, order)
        # The first is said again by the second, but it is what an index can begin at.
        conditions = [
            Q(**{f"{order.key}__{beyond}e": value}),
            Q(**{f"{order.key}__{beyond}": value}) | Q(**{f"pk__{beyond}": key}),
        ]
    return lambda rows: rows.filter(*conditions).order_by(f"{sign}{order.key}", f"{sign}pk")


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


def marker_of(row: Any, order: Order) -> str:
    match getattr(row, order.field):
        case str() as name:
            value = name.lower()
        case datetime() as time:
            value = time.isoformat()
        case _:
            value = ""
    return f"{value}:{row.pk}"


def _read_marker(marker: str, order: Order) -> tuple[str | datetime, int]:
    value, _, key = marker.rpartition(":")
    if key.isdecimal() and len(key) <= _DIGITS and not UNSTORABLE.search(value):
        if order is Order.NAME:
            return value, int(key)
        with suppress(ValueError, OverflowError):
            return (datetime.fromisoformat(value).astimezone(UTC) if value else NEVER), int(key)
    raise InvalidInput(f"Invalid Marker: {marker}")
