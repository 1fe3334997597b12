"""A prepared query is the queryset, with its SQL made once."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies_app.models import Role, User
from policies_app.models.prepared import Prepared
from tests.factories import Cast

named = Prepared(lambda kind, name: User.objects.select_related("boundary").filter(kind=kind, name=name), str, str)


def test_it_gives_the_rows_of_the_queryset_with_what_belongs_to_them(company: Cast) -> None:
    dana = named.first("user", "dana")
    assert dana == User.objects.get(name="dana")
    assert dana.created == User.objects.get(name="dana").created
    with CaptureQueriesContext(connection) as queries:
        assert dana.boundary.name == "Own"
    assert not queries


def test_it_remembers_no_row(cast: Cast) -> None:
    assert named("user", "dana") == []
    dana = cast.user("dana")
    assert named("user", "dana") == [dana]
    User.objects.filter(pk=dana.pk).update(path="/eng/")
    assert named.first("user", "dana").path == "/eng/"


def test_values_come_as_tuples(cast: Cast) -> None:
    cast.role("builder")
    sessions = Prepared(lambda name: Role.objects.filter(name=name).values_list("name", "max_session_duration"), str)
    assert sessions("builder") == [("builder", 3600)]


def test_it_is_one_query_each_time(cast: Cast) -> None:
    named("user", "dana")
    with CaptureQueriesContext(connection) as queries:
        named("user", "dana")
        named("user", "erin")
    assert len(queries) == 2


@pytest.mark.parametrize("name", ["\ue0fa0\ue0fb", "100%", "%s", "'"])
def test_no_value_is_taken_for_sql_or_for_a_mark(cast: Cast, name: str) -> None:
    cast.user("dana")
    assert named("user", name) == []


def test_a_parameter_that_does_not_get_into_the_sql_is_an_error() -> None:
    with pytest.raises(ValueError, match="parameter"):
        Prepared(lambda name: User.objects.filter(name__startswith=name), str)("d")


@pytest.mark.django_db(transaction=True)
def test_threads_ask_by_connections_of_their_own(cast: Cast) -> None:
    cast.user("dana")
    named("user", "dana")
    found: list[User] = []

    def ask() -> None:
        found.extend(named("user", "dana"))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert [user.name for user in found] == ["dana"]
