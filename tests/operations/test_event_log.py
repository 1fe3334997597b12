"""Looking events up: by what, how far back, and by whom."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, EventSubject, Group, InstanceProfile, Policy, Role, User
from policies_app.operations import (
    attachments,
    credentials,
    events,
    groups,
    instance_profiles,
    users,
)
from policies_app.operations.calls import OPERATIONS, Call, Origin
from policies_app.operations.errors import AccessDenied, NoSuchEntity
from policies_app.operations.event_log import every_event, lookup_events
from policies_app.operations.sign_in import sign_in
from tests.company import PASSWORD as OLD_PASSWORD
from tests.factories import Cast, call_of
from tests.operations.test_every_operation import EXAMPLES


@pytest.fixture
def auditor(cast: Cast) -> Call:
    """Of somebody who may do everything."""
    return call_of(cast.user("auditor", "*"))


def operations(auditor: Call, subject: str, *, changes_only: bool = False) -> list[str]:
    """What happened to the object, the oldest first."""
    found = lookup_events(auditor, subject=subject, changes_only=changes_only).items
    return [event.operation for event in reversed(found)]


def test_the_history_of_a_user_goes_on_through_renames_and_paths(cast: Cast, auditor: Call) -> None:
    user = cast.user("dana")
    users.update_user(cast.system, user_name="dana", new_user_name="diana")
    users.update_user(cast.system, user_name="diana", new_path="/eng/")
    users.delete_user(cast.system, user_name="diana")
    assert operations(auditor, user.unique_id) == ["CreateUser", "UpdateUser", "UpdateUser", "DeleteUser"]


def test_who_takes_a_deleted_users_name_has_a_history_of_their_own(cast: Cast, auditor: Call) -> None:
    cast.user("dana")
    users.delete_user(cast.system, user_name="dana")
    assert operations(auditor, cast.user("dana").unique_id) == ["CreateUser"]


def test_what_is_done_to_another_object_is_in_the_history_of_both(cast: Cast, auditor: Call) -> None:
    user, policy = cast.user("dana"), cast.policy("Own")
    cast.group("devs", "dana")
    cast.attach("dana", policy)
    attachments.put_user_permissions_boundary(cast.system, user_name="dana", permissions_boundary=policy.arn)
    attachments.delete_user_permissions_boundary(cast.system, user_name="dana")
    with_policy = ["AttachUserPolicy", "PutUserPermissionsBoundary", "DeleteUserPermissionsBoundary"]
    assert operations(auditor, user.unique_id) == ["CreateUser", "AddUserToGroup", *with_policy]
    assert operations(auditor, policy.unique_id) == ["CreatePolicy", *with_policy]


def test_a_boundary_is_told_of_who_lost_it_to_another_or_was_deleted_with_it(cast: Cast, auditor: Call) -> None:
    cast.user("dana")
    first, second = cast.policy("First"), cast.policy("Second")
    for policy in (first, second):
        attachments.put_user_permissions_boundary(cast.system, user_name="dana", permissions_boundary=policy.arn)
    users.delete_user(cast.system, user_name="dana")
    assert operations(auditor, first.unique_id)[1:] == ["PutUserPermissionsBoundary"] * 2
    assert operations(auditor, second.unique_id)[1:] == ["PutUserPermissionsBoundary", "DeleteUser"]


def test_a_role_and_its_instance_profile_share_what_joins_them(cast: Cast, auditor: Call) -> None:
    role = cast.role("builder")
    profile = instance_profiles.create_instance_profile(cast.system, instance_profile_name="box")
    names = {"instance_profile_name": "box", "role_name": "builder"}
    instance_profiles.add_role_to_instance_profile(cast.system, **names)
    instance_profiles.remove_role_from_instance_profile(cast.system, **names)
    joined = ["AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"]
    assert operations(auditor, role.unique_id) == ["CreateRole", *joined]
    assert operations(auditor, profile.unique_id) == ["CreateInstanceProfile", *joined]


def test_sign_in_and_refusals_are_in_the_history(cast: Cast, auditor: Call) -> None:
    user = cast.user("dana")
    with pytest.raises(Exception, match="incorrect"):
        sign_in(account=cast.account.pk, user_name="dana", password="guessed", origin=Origin())
    with pytest.raises(AccessDenied):
        users.delete_user(call_of(user), user_name="dana")
    assert operations(auditor, user.unique_id) == ["CreateUser", "ConsoleLogin", "DeleteUser"]


def test_reads_can_be_left_out(cast: Cast, auditor: Call) -> None:
    user = cast.user("dana")
    users.get_user(cast.system, user_name="dana")
    groups.list_groups(cast.system)
    events.reads.flush()
    assert operations(auditor, user.unique_id) == ["CreateUser", "GetUser"]
    assert operations(auditor, user.unique_id, changes_only=True) == ["CreateUser"]
    names = {event.operation for event in lookup_events(auditor, changes_only=True).items}
    assert names == {"CreateUser", "PutUserPolicy"}


@pytest.mark.parametrize(
    "change",
    ["UPDATE policies_app_eventsubject SET subject = 'x'", "DELETE FROM policies_app_eventsubject"],
)
def test_the_database_refuses_to_change_the_index_of_objects(cast: Cast, change: str) -> None:
    cast.user("dana")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert EventSubject.objects.exists()


def test_pages_lead_both_ways(cast: Cast, auditor: Call) -> None:
    user = cast.user("dana")
    for number in range(6):
        users.update_user(cast.system, user_name="dana", new_path=f"/{number}/")
    first = lookup_events(auditor, subject=user.unique_id, max_items=3)
    second = lookup_events(auditor, subject=user.unique_id, max_items=3, marker=first.next)
    again = lookup_events(auditor, subject=user.unique_id, max_items=3, marker=second.previous, backwards=True)
    assert first.previous == again.previous == ""
    assert again == first
    assert [event.sequence for event in first.items + second.items] == list(range(9, 3, -1))


def test_about_finds_who_did_it_and_whom_it_was_done_to(cast: Cast, auditor: Call) -> None:
    dana = cast.user("dana", "iam:*")
    users.create_user(call_of(dana), user_name="erin")
    found = [(event.operation, event.principal == dana.arn) for event in lookup_events(auditor, about=dana.arn).items]
    assert found == [("CreateUser", True), ("PutUserPolicy", False), ("CreateUser", False)]


def test_times_are_exact_though_reads_are_numbered_late(cast: Cast, auditor: Call) -> None:
    now = timezone.now()
    made = [
        (now - timedelta(minutes=minutes), name) for minutes, name in ((300, "A"), (120, "B"), (125, "C"), (5, "D"))
    ]
    events.append(
        [
            Event(account_id=cast.account.pk, time=time, principal="p", operation=name, outcome="success")
            for time, name in made
        ]
    )
    since = lookup_events(auditor, principal="p", start_time=now - timedelta(minutes=122)).items
    until = lookup_events(auditor, principal="p", end_time=now - timedelta(minutes=122)).items
    assert [event.operation for event in since] == ["D", "B"]
    assert [event.operation for event in until] == ["C", "A"]


def test_who_may_read_their_own_events_reads_no_others(cast: Cast) -> None:
    own = "arn:aws:iam::*:user/${aws:username}"
    dana = call_of(cast.user("dana", "cloudtrail:LookupEvents", resource=own))
    events.reads.flush()
    with pytest.raises(AccessDenied) as everything:
        lookup_events(dana)
    mine = lookup_events(dana, principal=dana.principal.arn).items
    assert {event.principal for event in mine} == {dana.principal.arn}
    assert lookup_events(dana, sequence=mine[0].sequence).items == mine
    for sequence in (1, 10**6):
        with pytest.raises(AccessDenied) as refused:
            lookup_events(dana, sequence=sequence)
        assert refused.value.decision == everything.value.decision


def test_a_deny_on_whose_events_they_are_holds_for_one_event(cast: Cast, auditor: Call) -> None:
    reader = cast.user("reader", "cloudtrail:LookupEvents")
    cast.inline("reader", "NotTheAuditor", "*", effect="Deny", resource="arn:aws:iam::*:user/auditor")
    lookup_events(auditor)
    events.reads.flush()
    auditors = Event.objects.get(principal=auditor.principal.arn)
    with pytest.raises(AccessDenied):
        lookup_events(call_of(reader), sequence=auditors.sequence)


def test_an_event_that_is_not_there_is_said_not_to_be(cast: Cast, auditor: Call) -> None:
    with pytest.raises(NoSuchEntity, match="no event 1000"):
        lookup_events(auditor, sequence=1000)


def test_an_export_has_everything_and_is_one_event(cast: Cast, auditor: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policies_app.operations.event_log.EXPORTED_AT_ONCE", 2)
    for name in ("dana", "erin", "fred", "gina", "hugo"):
        cast.user(name)
    exported = every_event(auditor, "export as CSV", event_name="CreateUser")
    assert [event.parameters["user_name"] for event in exported] == ["hugo", "gina", "fred", "erin", "dana", "auditor"]
    events.reads.flush()
    asked = Event.objects.filter(operation="LookupEvents").values_list("parameters", flat=True)
    assert list(asked) == [{"event_name": "CreateUser", "purpose": "export as CSV", "max_items": 2}]


def test_an_export_is_refused_before_its_first_event(cast: Cast) -> None:
    with pytest.raises(AccessDenied):
        every_event(call_of(cast.user("dana")), "export as CSV")


def test_a_history_takes_two_queries(
    cast: Cast, auditor: Call, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = cast.user("dana")
    lookup_events(auditor)
    with django_assert_num_queries(2):
        lookup_events(auditor, subject=user.unique_id)


NAMED: dict[str, type[User] | type[Group] | type[Role] | type[Policy] | type[InstanceProfile]] = {
    "user_name": User,
    "group_name": Group,
    "role_name": Role,
    "instance_profile_name": InstanceProfile,
    "policy_arn": Policy,
    "permissions_boundary": Policy,
    "policy_source_arn": User,
    "role_arn": Role,
}


def named(parameters: dict[str, Any]) -> set[str]:
    """The unique ids of the objects there are by the names that are given."""
    return {
        row.unique_id
        for parameter, model in NAMED.items()
        for row in model._default_manager.filter(name=parameters.get(parameter, "").rpartition("/")[2])
    }


@pytest.mark.parametrize("action", sorted(EXAMPLES))
def test_every_operation_notes_the_objects_that_it_names(company: Cast, action: str) -> None:
    """So that the history of none of them has a gap."""
    admin = company.user("caller", "*")
    credentials.create_login_profile(company.system, user_name="caller", password=OLD_PASSWORD)
    admin.refresh_from_db()
    before = named(EXAMPLES[action])
    with suppress(NoSuchEntity):
        OPERATIONS[action].perform(call_of(admin), **EXAMPLES[action])
    events.reads.flush()
    event = Event.objects.filter(operation=action, principal=admin.arn).latest("sequence")
    assert before | named(EXAMPLES[action]) <= set(event.subjects or ())
    assert event.is_read == OPERATIONS[action].reads
