"""The index of pieces of names: whoever writes a name writes it, and a search finds what a look at every name finds."""

import random
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from policies_app.models import Account, Group, Identity, Policy, User
from policies_app.operations import groups, policies, search, users
from policies_app.operations.pages import Order, page_in_order
from tests.factories import Cast

pytestmark = pytest.mark.django_db
CHARACTERS = "abAB1_.-=+@,"


def found(text: str, model: type[Identity | Policy] = Identity) -> set[str]:
    """By the index alone: what begins with the text is found without."""
    return set(search.matching(model.objects.all(), text[1:]).values_list("name", flat=True))


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
    assert found("xylophone") == {"xylophone"}
    assert not search.matching(Identity.objects.all(), "rum").exists()


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
    assert hits("ylo") == 1
    remove(cast)
    assert hits("ylo") == 0


def hits(piece: str) -> int:
    """Rows of the index itself."""
    if connection.vendor == "sqlite":
        sql = "SELECT count(*) FROM policies_app_identity_search WHERE policies_app_identity_search MATCH %s"
    else:
        sql = "SELECT count(*) FROM policies_app_identity WHERE name_pieces(name) @> ARRAY[%s]"
    with connection.cursor() as cursor:
        cursor.execute(sql, [f'"{piece}"' if connection.vendor == "sqlite" else piece])
        return int(cursor.fetchone()[0])


def test_policies_are_found_as_well(cast: Cast) -> None:
    cast.policy("Xylophones")
    assert found("Xylophones", Policy) == {"Xylophones"}
    policies.delete_policy(cast.system, policy_arn=Policy.objects.get(name="Xylophones").arn)
    assert found("Xylophones", Policy) == set()


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
    expected = sorted(name.lower() for name in crowd if text.isascii() and text.lower() in name.lower())
    rows = User.objects.filter(kind="user")
    assert sorted(user.name.lower() for user in search.matching(rows, text)) == expected
    first = page_in_order(rows, Order.NAME, search=text, named=Identity.objects.filter(kind="user"), max_items=number)
    assert [user.name.lower() for user in first.items] == expected[:number]


@pytest.mark.parametrize(("near", "few"), [(1, 1000), (1, 1), (3, 2)])
def test_each_plan_of_a_search_finds_the_same(
    crowd: list[str], monkeypatch: pytest.MonkeyPatch, near: int, few: int
) -> None:
    """Reading in order, sorting what the index has, and reading on when it has too many."""
    monkeypatch.setattr(search, "_NEAR", near)
    monkeypatch.setattr(search, "_SORTED", few)
    for text in ("a", "b1", "1", "_", "ab", "a.b"):
        page = page_in_order(User.objects.all(), Order.NAME, search=text, max_items=5)
        expected = sorted(name.lower() for name in crowd if text in name.lower())
        assert [user.name.lower() for user in page.items] == expected[:5]


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
    assert found("xylophone") == {"xylophone"}
