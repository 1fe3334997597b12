"""The index of pieces of names: whoever writes a name writes it, and a search finds what a look at every name finds."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from policies_app.models import Account, Group, Identity, Policy, User
from policies_app.operations import groups, policies, search, users
from policies_app.operations.pages import Order, page_in_order
from policies_app.operations.search_index import ByName
from tests.factories import Cast

pytestmark = pytest.mark.django_db
CHARACTERS = "abAB1_.-=+@,"


def found(name: str) -> int:
    """How many names of any kind have all pieces of this one in the index itself."""
    return sum(hits(kind, name) for kind in "ugr")


def hits(kind: str, name: str) -> int:
    """Rows of the index itself; `kind` is the first letter of one."""
    table = "policies_app_policy" if kind == "p" else "policies_app_identity"
    pieces = [f"{kind}{name[0]}/{name[place : place + 3]}" for place in range(1, len(name) - 2)]
    if connection.vendor == "sqlite":
        sql, asked = f"FROM {table}_search WHERE {table}_search MATCH %s", " ".join(f'"{piece}"' for piece in pieces)
    else:
        of = "'policy'" if kind == "p" else "kind"
        sql, asked = f"FROM {table} WHERE name_pieces({of}, name) @> string_to_array(%s, ' ')", " ".join(pieces)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {sql}", [asked])  # names of ours
        return int(cursor.fetchone()[0])


def create(cast: Cast) -> None:
    users.create_user(cast.system, user_name="xylophone")


def rename(cast: Cast) -> None:
    users.create_user(cast.system, user_name="drum")
    users.update_user(cast.system, user_name="drum", new_user_name="xylophone")


def save(cast: Cast) -> None:
    Group.objects.create(account=cast.account, name="xylophone")


def update(cast: Cast) -> None:
    Group.objects.create(account=cast.account, name="drum")
    Identity.objects.filter(name="drum").update(name="xylophone")


def bulk_create(cast: Cast) -> None:
    Identity.objects.bulk_create([Identity(account=cast.account, kind="group", name="xylophone", unique_id="AGPAX")])


def raw(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policies_app_identity (account_id, kind, name, path, unique_id, created) "
            "VALUES (%s, 'group', 'xylophone', '/', 'AGPAX', CURRENT_TIMESTAMP)",
            [cast.account.pk],
        )


@pytest.mark.parametrize("write", [create, rename, save, update, bulk_create, raw], ids=lambda write: write.__name__)
def test_every_way_to_write_a_name_makes_it_found(cast: Cast, write: Callable[[Cast], None]) -> None:
    write(cast)
    assert found("xylophone") == 1
    assert found("drum") == 0


def delete(cast: Cast) -> None:
    groups.delete_group(cast.system, group_name="xylophone")


def delete_rows(cast: Cast) -> None:
    Group.objects.filter(name="xylophone").delete()


def delete_raw(cast: Cast) -> None:
    Group.objects.all()._raw_delete("default")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM policies_app_identity WHERE name = 'xylophone'")


@pytest.mark.parametrize("remove", [delete, delete_rows, delete_raw], ids=lambda remove: remove.__name__)
def test_name_that_is_gone_is_in_the_index_no_more(cast: Cast, remove: Callable[[Cast], None]) -> None:
    groups.create_group(cast.system, group_name="xylophone")
    assert hits("g", "xylophone") == 1
    remove(cast)
    assert hits("g", "xylophone") == 0


def test_policies_are_found_as_well(cast: Cast) -> None:
    cast.policy("Xylophones")
    assert hits("p", "xylophones") == 1
    assert [policy.name for policy in page_in_order(Policy.objects.all(), Order.NAME, search="YLO").items] == [
        "Xylophones"
    ]
    policies.delete_policy(cast.system, policy_arn=Policy.objects.get(name="Xylophones").arn)
    assert hits("p", "xylophones") == 0


def test_index_holds_after_all_migrations_what_the_tables_hold(cast: Cast) -> None:
    """A migration that makes SQLite copy a table loses its triggers."""
    names = ["policies_app_identity_search", "policies_app_policy_search"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'policies_app_%%search%%'"
            )
            names = [f"{name}_{verb}" for name in names for verb in ("delete", "insert", "update")]
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE '%%_search'")
        assert sorted(name for (name,) in cursor.fetchall()) == sorted(names)


@pytest.fixture
def crowd(cast: Cast) -> list[str]:
    """Names of few characters, so that texts are found in many of them, at the beginning, within and at the end."""
    rng = random.Random(7)
    names = {"".join(rng.choices(CHARACTERS, k=rng.randint(1, 7))) for _ in range(150)}
    unlike = list({name.lower(): name for name in sorted(names)}.values())
    for name in unlike:
        User.objects.create(account=cast.account, name=name, password="!")
    return unlike


TEXTS = st.text(alphabet=CHARACTERS, min_size=1, max_size=5) | st.text(min_size=1, max_size=4)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=TEXTS, number=st.integers(1, 9))
@example(text="%", number=3)
@example(text="_", number=3)
@example(text="A'\"", number=3)
@example(text="\0", number=3)
@example(text="é", number=3)
@example(text="a" * 200, number=3)
def test_search_finds_what_a_look_at_every_name_finds(crowd: list[str], text: str, number: int) -> None:
    everybody = by_name()[0].order_by("name__lower", "pk")
    expected = [user for user in everybody if text.isascii() and text.lower() in user.name.lower()]
    page = page_in_order(*by_name(), search=text, named=names(), max_items=number)
    assert page.items == expected[:number]


def by_name() -> tuple["QuerySet[User]", Order]:
    return User.objects.filter(kind="user"), Order.NAME


def names() -> "QuerySet[Identity]":
    return Identity.objects.filter(kind="user")


PLANS = {
    "reading in order": (1000, 1000),
    "sorting what the index has": (1, 1000),
    "reading on where the index has too many": (1, 1),
    "the one after the other": (3, 2),
}


@pytest.fixture(params=list(PLANS.values()), ids=list(PLANS))
def plan(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way that a search may go, whatever there is."""
    near, most = request.param
    monkeypatch.setattr(search, "_NEAR", near)
    monkeypatch.setattr(search, "_SORTED", most)
    monkeypatch.setattr(search, "_SORTED_BY_NAME", most)


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("text", ["a", "b1", "1", "_", "ab", "a.b", "-"])
@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_each_plan_of_a_search_finds_the_same_page_after_page_and_back(crowd: list[str], text: str, order: str):
    falls = order == "descending"
    expected = [user for user in by_name()[0].order_by("name__lower", "pk") if text in user.name.lower()]
    given: dict[str, Any] = {"search": text, "named": names(), "descending": falls, "max_items": 7}
    pages = [page_in_order(*by_name(), **given)]
    while marker := pages[-1].next:
        pages.append(page_in_order(*by_name(), marker=marker, **given))
    assert [user for page in pages for user in page.items] == (expected[::-1] if falls else expected)
    for page, following in pairwise(pages):
        assert page_in_order(*by_name(), marker=following.previous, backwards=True, **given).items == page.items


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("text", ["a", "b1", "_", "a.b"])
def test_each_plan_of_a_search_finds_the_same_in_another_order(crowd: list[str], text: str):
    expected = [user.name for user in User.objects.order_by("created", "pk") if text in user.name.lower()]
    page = page_in_order(User.objects.all(), Order.CREATED, search=text, named=names(), max_items=5)
    assert [user.name for user in page.items] == expected[:5]


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("text", ["z", "z1", "_", "a.z"])
@pytest.mark.parametrize("order", [Order.NAME, Order.CREATED])
def test_each_plan_of_a_search_finds_the_same_among_all_kinds(cast: Cast, text: str, order: Order):
    """As those have who has a policy. Of the last characters too, and of each kind."""
    for kind in ("user", "group", "role"):
        written = [f"{first}{rest}" for first in "+a_z" for rest in ("", "z1", "_z1", ".z", "b_1z")]
        Identity.objects.bulk_create(
            Identity(account=cast.account, kind=kind, name=name, unique_id=f"{kind}{number}")
            for number, name in enumerate(written)
        )
    everybody = Identity.objects.order_by(order.key, "pk")
    expected = [identity.pk for identity in everybody if text in identity.name.lower()]
    page = page_in_order(Identity.objects.all(), order, search=text)
    assert expected
    assert [identity.pk for identity in page.items] == expected


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite tells of its steps")
@pytest.mark.parametrize(("marker", "first"), [("", "b-needle"), ("cx", "x-needle0")])
def test_of_what_many_names_hold_late_in_the_order_those_before_are_not_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, marker: str, first: str
):
    """Also where there is one early in it, where another kind has many, and from a marker on."""
    monkeypatch.setattr(search, "_NEAR", 10)
    monkeypatch.setattr(search, "_SORTED_BY_NAME", 10)
    written = [("user", f"{letter}x{number}") for letter in "abcdefgh" for number in range(500)]
    written += [("user", f"x-needle{number}") for number in range(20)] + [("user", "b-needle")]
    written += [("role", f"c-needle{number}") for number in range(20)]
    Identity.objects.bulk_create(
        Identity(account=cast.account, kind=kind, name=name, unique_id=f"ID{number}")
        for number, (kind, name) in enumerate(written)
    )
    rows = names().filter(account=cast.account).order_by("name__lower", "pk")
    steps: list[None] = []
    connection.connection.set_progress_handler(lambda: steps.append(None), 1000)
    from_here = rows.filter(name__lower__gte=marker)
    page = search.first_matching(from_here, "needle", 9, kind="user", by_name=ByName(rows, marker=marker))
    connection.connection.set_progress_handler(None, 1000)
    assert page[0].name == first
    assert len(steps) < 15  # thousand; to read all names takes 50


def test_a_search_among_nobody_finds_nobody(cast: Cast) -> None:
    cast.user("xylophone")
    assert page_in_order(User.objects.filter(pk__in=[]), Order.NAME, search="xylo").items == []


@pytest.mark.django_db(transaction=True)  # it changes the schema
def test_names_from_before_the_index_are_found(cast: Cast) -> None:
    """The migration goes through the names that are there."""
    cast.user("xylophone")
    call_command("migrate", "policies_app", "0008", verbosity=0)
    call_command("migrate", "policies_app", verbosity=0)
    assert Account.objects.exists()
    assert found("xylophone") == 1
