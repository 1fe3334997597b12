"""Keyset pages: by each column, both ways, walking there and back gives all rows once and in order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from policies_app.models import Identity, Policy, User
from policies_app.operations.errors import InvalidInput
from policies_app.operations.pages import NEVER, Order, Page, page_in_order
from tests.factories import Cast

OF_USERS = [order for order in Order if order is not Order.LAST_ACTIVITY]  # that one is put on the rows by `lists`
DAY = datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def users(cast: Cast) -> None:
    """With equal times, no times, and times that differ by a microsecond."""
    times = [None, DAY, DAY, DAY + timedelta(microseconds=1), DAY.replace(microsecond=0), None, DAY - timedelta(days=9)]
    for number in range(14):
        time = times[number % len(times)]
        user = User(account=cast.account, name=f"{'aBc'[number % 3]}{number}")
        user.created = time or DAY
        user.last_login = user.password_changed = time
        user.save()


def walk(order: Order, *, descending: bool, size: int) -> list[Page[User]]:
    pages = [page_in_order(User.objects.all(), order, descending=descending, max_items=size)]
    while pages[-1].next:
        pages.append(
            page_in_order(User.objects.all(), order, descending=descending, max_items=size, marker=pages[-1].next)
        )
    return pages


def key(user: User, order: Order) -> tuple[object, int]:
    value = getattr(user, order.field)
    return (value.lower() if order is Order.NAME else NEVER if value is None else value, user.pk)


@pytest.mark.parametrize("size", [1, 3, 7, 14, 20])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", OF_USERS)
def test_walking_gives_every_row_once_and_in_order(users: None, order: Order, descending: bool, size: int) -> None:  # noqa: FBT001  # parametrized
    found = [user for page in walk(order, descending=descending, size=size) for user in page.items]
    assert found == sorted(User.objects.all(), key=lambda user: key(user, order), reverse=descending)


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", OF_USERS)
def test_walking_back_gives_the_same_pages(users: None, order: Order, descending: bool, size: int) -> None:  # noqa: FBT001  # parametrized
    pages = walk(order, descending=descending, size=size)
    assert pages[0].previous == ""
    for page, following in pairwise(pages):
        back = page_in_order(
            User.objects.all(),
            order,
            descending=descending,
            max_items=size,
            marker=following.previous,
            backwards=True,
        )
        assert back.items == page.items
        assert back.next == page.next


def test_page_stays_where_it_is_while_rows_come_and_go(users: None, cast: Cast) -> None:
    first = page_in_order(User.objects.all(), Order.NAME, max_items=5)
    expected = page_in_order(User.objects.all(), Order.NAME, max_items=5, marker=first.next).items
    User.objects.filter(pk__in=[user.pk for user in first.items]).delete()
    cast.user("a")
    assert page_in_order(User.objects.all(), Order.NAME, max_items=5, marker=first.next).items == expected


def test_search_is_paged_in_any_order(users: None) -> None:
    found = [
        page_in_order(User.objects.all(), order, search="1", max_items=20, named=Identity.objects.filter(kind="user"))
        for order in OF_USERS
    ]
    assert {tuple(sorted(user.name for user in page.items)) for page in found} == {("B1", "B10", "B13", "a12", "c11")}


def test_aws_and_customer_policy_of_one_name_are_told_apart(cast: Cast) -> None:
    Policy.objects.create(name="Same")
    cast.policy("Same")
    first = page_in_order(Policy.objects.all(), Order.NAME, max_items=1)
    second = page_in_order(Policy.objects.all(), Order.NAME, max_items=1, marker=first.next)
    assert {*first.items, *second.items} == set(Policy.objects.all())


@pytest.mark.parametrize("order", OF_USERS)
@pytest.mark.parametrize("marker", ["x", ":", "a:b", "a:-1", f"a:{'9' * 19}", "\0:1", "\ud800:1"])
def test_malformed_marker_is_named(db: None, order: Order, marker: str) -> None:
    with pytest.raises(InvalidInput, match="Invalid Marker"):
        page_in_order(User.objects.all(), order, marker=marker)
