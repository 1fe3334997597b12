"""Keyset pagination: a page of rows after (or before) a marker, over an index, whatever the size of the table."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Self

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Left
from django.db.models.lookups import Exact

from policies_app.models import Group, Identity, InstanceProfile, Policy, Role, User

from .errors import InvalidInput
from .search import first_matching
from .search_index import ByName
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
    place = _Place.of(order, marker, falling=descending != backwards)
    names = named if order is Order.NAME else None
    rows = place.from_here(rows)
    named = place.from_here(named) if named is not None and hasattr(named.model, order.field) else None
    if search:
        by_name = None if names is None else ByName(place.in_order(names), place.falling, str(place.value or ""))
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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in an order a page begins: beyond a marker's `value` and `key`, if there is one."""

    order: Order
    falling: bool
    value: str | datetime | None = None
    key: int = 0

    @classmethod
    def of(cls, order: Order, marker: str, *, falling: bool) -> Self:
        return cls(order, falling, *_read_marker(marker, order)) if marker else cls(order, falling)

    def from_here(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With what an index can begin at, though it is said again by the rest."""
        beyond = "lte" if self.falling else "gte"
        return self.in_order(rows if self.value is None else rows.filter(**{f"{self.order.key}__{beyond}": self.value}))

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Without those of the value itself that are up to the key. Those up to the value are still there."""
        sign, beyond = ("-", "lt") if self.falling else ("", "gt")
        if self.value is not None:
            further, equal = f"{self.order.key}__{beyond}", f"pk__{beyond}"
            rows = rows.filter(Q(**{further: self.value}) | Q(**{equal: self.key}))
        return rows.order_by(f"{sign}{self.order.key}", f"{sign}pk")


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
