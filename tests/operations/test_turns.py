"""Writers queue for SQLite; on PostgreSQL there is no need to."""

import threading
from time import sleep

import pytest
from django.db import connection, transaction

from policies_app.models import User
from policies_app.operations import turns, users
from policies_app.operations.errors import ConcurrentModification
from policies_app.operations.turns import turn
from tests.factories import Cast

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite's writers queue"),
]


def test_one_has_the_turn_and_the_next_waits_for_it() -> None:
    order: list[str] = []

    def write(name: str) -> None:
        with turn():
            order.extend([f"{name} begins", f"{name} ends"])
        connection.close()

    second = threading.Thread(target=write, args=["second"])
    with turn():
        order.append("first begins")
        second.start()
        sleep(0.1)
        order.append("first ends")
    second.join()
    assert order == ["first begins", "first ends", "second begins", "second ends"]


def test_within_a_transaction_nobody_queues(cast: Cast) -> None:
    with turn():
        done = threading.Event()

        def write() -> None:
            with transaction.atomic(), turn():
                done.set()
            connection.close()

        thread = threading.Thread(target=write)
        thread.start()
        assert done.wait(5)
        thread.join()


def test_of_eight_writers_at_once_each_writes_all_it_has(cast: Cast) -> None:
    def create(number: int) -> None:
        for each in range(3):
            users.create_user(cast.system, user_name=f"user{number}-{each}")
        connection.close()

    threads = [threading.Thread(target=create, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert User.objects.count() == 24


def test_whose_turn_does_not_come_is_told_to_try_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0.1)
    told: list[str] = []

    def create() -> None:
        for _ in range(2):
            try:
                users.create_user(cast.system, user_name="dana")
            except ConcurrentModification as error:
                told.append(error.message)
        connection.close()

    thread = threading.Thread(target=create)
    with turn():
        thread.start()
        thread.join()
    assert len(told) == 2
    assert "try again" in told[0]
    users.create_user(cast.system, user_name="dana")
