import pytest
from django.db import DatabaseError, connection, transaction

from policies_app.models import Event
from policies_app.operations import events, simulation, users
from policies_app.operations.errors import AccessDenied, NoSuchEntity, ValidationError
from policies_app.operations.verification import verify
from tests.factories import Cast, call_of


@pytest.mark.parametrize(
    "change",
    ["UPDATE policies_app_event SET principal = 'x'", "DELETE FROM policies_app_event"],
)
def test_the_database_itself_refuses_to_change_an_event(cast: Cast, change: str) -> None:
    cast.user("dana")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert Event.objects.filter(operation="CreateUser").exists()


def test_reads_are_recorded_in_a_batch(cast: Cast) -> None:
    reader = call_of(cast.user("reader", "iam:GetUser"))
    users.get_user(reader, user_name="reader")
    users.get_user(reader, user_name="reader")
    assert not Event.objects.filter(operation="GetUser").exists()
    events.reads.flush()
    assert Event.objects.filter(operation="GetUser", outcome="success").count() == 2
    assert verify(cast.account.pk).is_whole


def test_failure_in_a_unit_of_work_undoes_all_and_records_only_what_was_refused(cast: Cast) -> None:
    maker = call_of(cast.user("maker", "iam:CreateUser"))

    def make_and_delete() -> None:
        with events.unit_of_work():
            users.create_user(maker, user_name="dana")
            users.delete_user(maker, user_name="dana")

    with pytest.raises(AccessDenied):
        make_and_delete()
    made = Event.objects.filter(principal__endswith="/maker").values_list("operation", "outcome")
    assert list(made) == [("DeleteUser", "refused")]


def test_a_refusal_inside_a_unit_that_goes_on_is_recorded_with_it(cast: Cast) -> None:
    maker = call_of(cast.user("maker", "iam:CreateUser", "iam:DeleteUser"))
    with events.unit_of_work():
        users.create_user(maker, user_name="dana")
        with pytest.raises(NoSuchEntity):
            users.delete_user(maker, user_name="nobody")
    made = Event.objects.filter(principal__endswith="/maker").order_by("sequence").values_list("operation", "outcome")
    assert list(made) == [("CreateUser", "success"), ("DeleteUser", "failed")]


def test_a_long_list_is_recorded_in_part(cast: Cast) -> None:
    """Or somebody who may do nothing could fill the database with what they are refused."""
    tags = [{"Key": f"key{number}", "Value": "v"} for number in range(10_000)]
    with pytest.raises(ValidationError):
        users.create_user(call_of(cast.user("maker")), user_name="dana", tags=tags)
    assert Event.objects.latest("sequence").parameters["tags"] == tags[:100]


def test_parameters_that_are_long_together_are_recorded_by_their_hashes(cast: Cast) -> None:
    entry = {"ContextKeyName": "aws:x", "ContextKeyType": "stringList", "ContextKeyValues": ["v" * 2000] * 11}
    with pytest.raises(AccessDenied):
        simulation.simulate_custom_policy(
            call_of(cast.user("maker")), policy_input_list=[], action_names=["s3:Get"], context_entries=[entry] * 99
        )
    recorded = Event.objects.latest("sequence").parameters
    assert recorded["action_names"] == ["s3:Get"]
    assert recorded["context_entries"].startswith("sha256:")


def test_what_no_database_can_store_is_recorded_without_it(cast: Cast) -> None:
    admin = call_of(cast.user("maker", "*"))
    with pytest.raises(Exception, match="validation error"):
        users.create_user(admin, user_name="a\x00b\ud800")
    assert Event.objects.latest("sequence").parameters == {"user_name": "a\ufffdb\ufffd"}
