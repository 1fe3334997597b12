"""Somebody with the database in hand, triggers off, changes the record; the command names the place."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from policies_app.models import Event, EventChain
from tests.factories import Cast


def alter(event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(principal="somebody else")


def delete(event: Event) -> None:
    Event.objects.filter(pk=event.pk).delete()


def insert(event: Event) -> None:
    later = Event.objects.filter(sequence__gte=event.sequence).order_by("-sequence")
    for row in later:
        Event.objects.filter(pk=row.pk).update(sequence=row.sequence + 1)
    event.pk = None
    event.save(force_insert=True)


@pytest.fixture
def without_triggers() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'policies_app_event'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')


def verify() -> str:
    out = StringIO()
    call_command("verify_events", stdout=out)
    return out.getvalue()


@pytest.fixture
def three_events(cast: Cast) -> list[Event]:
    """Each user is made by a few operations; the ones in the middle are tampered with."""
    for name in ("dana", "erin", "fred"):
        cast.user(name)
    return list(Event.objects.filter(account=cast.account).order_by("sequence"))


def test_a_whole_record_is_said_to_be_whole(cast: Cast, three_events: list[Event]) -> None:
    assert f"{cast.account.pk}: {len(three_events)} events, whole." in verify()


@pytest.mark.parametrize("tamper", [alter, delete, insert])
def test_the_first_broken_event_is_named(
    three_events: list[Event], without_triggers: None, tamper: Callable[[Event], None]
) -> None:
    event = three_events[1]
    sequence = event.sequence
    tamper(event)
    # What an inserted copy of the same event leaves broken is the one after it.
    expected = sequence + 1 if tamper is insert else sequence
    with pytest.raises(CommandError, match=f"broken at event {expected} of"):
        verify()


def test_a_record_cut_off_at_its_end_is_broken(three_events: list[Event], without_triggers: None) -> None:
    last = EventChain.objects.get().sequence
    Event.objects.filter(sequence=last).delete()
    with pytest.raises(CommandError, match=f"broken at event {last} of"):
        verify()
