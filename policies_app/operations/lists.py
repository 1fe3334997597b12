"""Lists as pages show them: with facts beside each row, narrowed by facts, and in any order that has an index.

A fact is told only of those rows of which the caller may read it. What a list is narrowed or ordered by has to be
readable of all that it is made of, and the rows of which it is not are left out: being there, or where, would tell it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypedDict

from django.db.models import F, QuerySet

from policies_app.engine.evaluator import Decision
from policies_app.models import Group, Policy, Role, User

from . import encryption, list_columns, list_filters
from .calls import Call
from .errors import InvalidInput
from .list_columns import Column
from .list_filters import Filter, narrowed
from .pages import Order, Page, marker_of, page_in_order

# Read beyond a page, to fill up the places of rows that are left out.
SPARE = 25
COUNTED = 10_000
"""A total of COUNTED + 1 says "more than that"."""


class Asked(TypedDict, total=False):
    """`order` is a key of `Facts.orders`, with a minus sign for the other way round. `total` is wanted or not."""

    columns: Sequence[str]
    filters: Mapping[str, str]
    order: str
    total: bool


class Paging(TypedDict):
    marker: str
    max_items: int
    backwards: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A column: its values by primary key. One that may be told of no row at all is `refused`."""

    values: Mapping[int, Any]
    refused: Decision | None = None


@dataclass(frozen=True, slots=True)
class Table[T](Page[T]):
    """`total` is None where it was not asked for, or only of what is on this page; at most `COUNTED` + 1."""

    columns: Mapping[str, Told] = field(default_factory=dict)
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What can be asked of a list. Of `backward` orders the first is what has the latest date, such as the youngest."""

    columns: Mapping[str, Column]
    filters: Mapping[str, Filter]
    orders: Mapping[str, Order]
    backward: frozenset[str] = frozenset()


USER = Facts(
    list_columns.USER,
    list_filters.USER,
    {
        "name": Order.NAME,
        "created": Order.CREATED,
        "activity": Order.LAST_ACTIVITY,
        "sign_in": Order.LAST_LOGIN,
        "password_age": Order.PASSWORD_CHANGED,
    },
    frozenset({"password_age"}),
)
_ORDERS = {"name": Order.NAME, "created": Order.CREATED}
GROUP = Facts(list_columns.GROUP, list_filters.GROUP, _ORDERS)
ROLE = Facts(list_columns.ROLE, list_filters.ROLE, _ORDERS)
POLICY = Facts(list_columns.POLICY, list_filters.POLICY, _ORDERS)


@dataclass(frozen=True, slots=True)
class Source[M: (User, Group, Role, Policy)]:
    """The same rows three times: as they are walked in order, as in `narrowed`, and as they are counted soonest."""

    rows: "QuerySet[M]"
    everybody: "QuerySet[M]"
    counted: "QuerySet[Any]"


def page_of[M: (User, Group, Role, Policy)](
    call: Call, facts: Facts, source: Source[M], asked: Asked | None, *, arn: str, search: str, paging: Paging
) -> Table[M]:
    """For the operation under way, which is asked for on the `arn`."""
    asked = asked or {}
    filters, order, columns = asked.get("filters", {}), asked.get("order", "name"), asked.get("columns", ())
    by = order.removeprefix("-")
    unknown = (filters.keys() - facts.filters) | ({by} - facts.orders.keys())
    if unknown := unknown | (set(columns) - facts.columns.keys()):
        raise InvalidInput(f"This list knows nothing of {', '.join(sorted(unknown))}.")
    needed = {facts.filters[name].action for name in filters}
    needed |= {facts.columns[by].action} if by in facts.columns else set()
    needed.discard("")
    for action in sorted(needed):
        call.authorize(f"{arn}*", also=action)
    call.authorize(arn)
    rows = narrowed(call, _walked(call, source, facts.orders[by]), source.everybody, facts.filters, filters)
    if facts.orders[by] is Order.LAST_ACTIVITY:
        rows = rows.annotate(last_activity=F("activity__last"))
    place = sha256(
        json.dumps(["marker", arn, order, search, sorted(filters.items())], default=str).encode()
    ).hexdigest()
    found = page_in_order(
        rows,
        facts.orders[by],
        descending=order.startswith("-") != (by in facts.backward),
        search=search,
        named=None if filters else source.counted,
        marker=_opened(paging["marker"], place) if needed else paging["marker"],
        max_items=paging["max_items"] + (SPARE if needed else 0),
        backwards=paging["backwards"],
    )
    if needed:
        found = _closed(_without_unreadable(call, found, needed, facts.orders[by], paging), place)
    told = {name: _told(call, facts.columns[name], found.items) for name in columns}
    total = None
    if asked.get("total"):
        alone = not (filters or search)
        total = source.counted.order_by()[: COUNTED + 1].count() if alone else _on_one_page(found)
    return Table(found.items, found.next, found.previous, told, total)


def _walked(call: Call, source: Source[Any], order: Order) -> "QuerySet[Any]":
    """The rows as the index of the order has them: those of what is of users alone stand on tables of their own."""
    match order:
        case Order.LAST_LOGIN | Order.PASSWORD_CHANGED:
            return source.everybody
        case Order.LAST_ACTIVITY:
            return source.everybody.filter(activity__account=call.account_id)
        case _:
            return source.rows


def _on_one_page(found: Page[Any]) -> int | None:
    """How many match is worth no query, and not told where some of them were left out of the page."""
    return None if found.next or found.previous else len(found.items)


def _told(call: Call, column: Column, rows: Sequence[Any]) -> Told:
    if not column.action:
        return Told(column.read(call, rows))
    decisions = call.may_each(column.action, rows, column.context)
    readable = [row for row, decision in zip(rows, decisions, strict=True) if decision.allowed]
    if rows and not readable:
        return Told({}, decisions[0])
    return Told(column.read(call, readable))


def _without_unreadable[M: (User, Group, Role, Policy)](
    call: Call, found: Page[M], actions: set[str], order: Order, paging: Paging
) -> Page[M]:
    decided = [call.may_each(action, found.items) for action in actions]
    items = [
        row for row, *decisions in zip(found.items, *decided, strict=True) if all(each.allowed for each in decisions)
    ]
    following, previous = found.next, found.previous
    if len(items) > paging["max_items"]:
        if paging["backwards"]:
            items = items[-paging["max_items"] :]
            previous = marker_of(items[0], order)
        else:
            items = items[: paging["max_items"]]
            following = marker_of(items[-1], order)
    return Page(items, following, previous)


def _closed[M: (User, Group, Role, Policy)](found: Page[M], place: str) -> Page[M]:
    """With its markers sealed: they may be of rows left out, whose names, or times, would tell what is not told.

    They go on in this very list alone, and none can be made up: in another list, or from another place, what follows
    would tell the same.
    """
    following, previous = (
        encryption.seal(place, marker.encode()) if marker else "" for marker in (found.next, found.previous)
    )
    return replace(found, next=following, previous=previous)


def _opened(marker: str, place: str) -> str:
    if not marker:
        return ""
    try:
        return encryption.unseal(place, marker).decode()
    except encryption.WrongSecret as error:
        raise InvalidInput(f"Invalid Marker: {marker}") from error
