"""Somebody with the database in hand, triggers off, changes the record; the verifier names the place."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from policies_app.models import Event, EventChain
from policies_app.operations import events
from policies_app.operations.verification import Flaw, verify
from tests.factories import Cast


@pytest.fixture
def six(cast: Cast) -> str:
    """The account; each of its six events made a user. The database's guards are off."""
    for name in ("anna", "bert", "cora", "dana", "erin", "fred"):
        cast.user(name)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'policies_app_event'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
    return str(cast.account.pk)


def number(sequence: int) -> Event:
    return Event.objects.get(sequence=sequence)


def renumber(old: int, new: int) -> None:
    Event.objects.filter(sequence=old).update(sequence=new)


def alter() -> None:
    Event.objects.filter(sequence=3).update(principal="somebody else")


def alter_subjects() -> None:
    Event.objects.filter(sequence=3).update(subjects=[])


def alter_and_hash_anew() -> None:
    event = number(3)
    event.principal = "somebody else"
    event.hash = event.compute_hash()
    event.save()


def delete() -> None:
    Event.objects.filter(sequence=3).delete()


def delete_and_close_the_gap() -> None:
    delete()
    for sequence in (4, 5, 6):
        renumber(sequence, sequence - 1)


def insert() -> None:
    """A copy of the third, as the third."""
    for sequence in (6, 5, 4, 3):
        renumber(sequence, sequence + 1)
    copy = number(4)
    copy.pk, copy.sequence = None, 3
    copy.save(force_insert=True)


def insert_behind_the_end() -> None:
    forged = number(6)
    forged.pk, forged.sequence, forged.previous_hash = None, 7, forged.hash
    forged.hash = forged.compute_hash()
    forged.save(force_insert=True)


def insert_ahead_of_the_first() -> None:
    forged = number(1)
    forged.pk, forged.sequence = None, 0
    forged.save(force_insert=True)


def exchange() -> None:
    renumber(3, 99)
    renumber(4, 3)
    renumber(99, 4)


def cut_the_end_off() -> None:
    Event.objects.filter(sequence__gte=5).delete()


def cut_the_end_off_and_say_so() -> None:
    cut_the_end_off()
    EventChain.objects.update(sequence=4)


def change_the_end() -> None:
    EventChain.objects.update(hash="f" * 64)


def forget_the_end() -> None:
    EventChain.objects.all().delete()


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (alter, ["Event 3 was altered"]),
        (alter_subjects, ["Event 3 was altered"]),
        (alter_and_hash_anew, ["Event 4 was not recorded after what stands before"]),
        (delete, ["Event 3 was deleted"]),
        (delete_and_close_the_gap, ["Events 3 to 5 were moved down", "Event 6 was deleted"]),
        (insert, ["Events 4 to 6 were moved up", "Event 7 was inserted"]),
        (insert_behind_the_end, ["Event 7 was inserted"]),
        (insert_ahead_of_the_first, ["Event 0 was inserted"]),
        (exchange, ["Event 3 was moved down", "Event 4 was moved up"]),
        (cut_the_end_off, ["Events 5 to 6 were deleted"]),
        (cut_the_end_off_and_say_so, ["Event 4 was not what the record is said to end with"]),
        (change_the_end, ["Event 6 was not what the record is said to end with"]),
        (forget_the_end, ["Events 1 to 6 were inserted"]),
    ],
)
@pytest.mark.parametrize("count", [None, 1, 2])
def test_whatever_was_done_is_told_with_its_place(
    six: str, tamper: Callable[[], None], told: list[str], count: int | None
) -> None:
    tamper()
    found = verify(six, count=count)
    flaws = found.flaws
    while not found.is_complete:
        found = verify(six, start=found.last + 1, count=count)
        flaws += found.flaws
    if count is None:
        assert [str(flaw).partition(":")[0].rstrip(".") for flaw in flaws] == told
    assert numbers(flaws) >= numbers(verify(six).flaws)


def numbers(flaws: list[Flaw]) -> set[int]:
    return {number for flaw in flaws for number in range(flaw.first, flaw.last + 1)}


def test_the_command_tells_each_flaw(six: str) -> None:
    alter()
    Event.objects.filter(sequence=5).delete()
    with pytest.raises(CommandError, match=rf"{six}: Event 3 was altered.*\n{six}: Event 5 was deleted"):
        call_command("verify_events")


def test_a_whole_record_is_said_to_be_whole(six: str) -> None:
    out = StringIO()
    call_command("verify_events", stdout=out)
    assert out.getvalue() == f"{six}: 6 events, whole.\n"


def test_an_account_without_events_is_whole(cast: Cast) -> None:
    assert verify(cast.account.pk).is_whole


def test_events_from_before_objects_were_noted_are_whole(six: str, cast: Cast) -> None:
    events.append([Event(account_id=six, time=number(1).time, principal="p", operation="GetUser")])
    assert number(7).subjects is None
    assert verify(six).is_whole
    Event.objects.filter(sequence=7).update(is_read=True)
    assert [str(flaw) for flaw in verify(six).flaws] == ["Event 7 was altered: what was recorded had another hash."]


def test_of_a_record_in_ruins_so_many_flaws_are_told_and_the_rest_counted(
    six: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policies_app.operations.verification.MOST_TOLD", 2)
    Event.objects.filter(sequence__in=(1, 3, 5)).update(operation="Nothing")
    found = verify(six)
    assert [flaw.first for flaw in found.flaws] == [1, 3]
    assert found.untold == 1


def test_how_much_was_read_is_told_while_it_goes_on(six: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policies_app.operations.verification.BATCH", 4)
    read: list[int] = []
    verify(six, advance=read.append)
    assert read == [4, 2]
