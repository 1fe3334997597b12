"""Two at once, on both databases: the quota holds, and the second of two edits is told."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from policies_app.models import Account, Attachment, InstanceProfile, PolicyVersion, Role, User
from policies_app.operations import (
    accounts,
    attachments,
    events,
    groups,
    instance_profiles,
    policy_versions,
    roles,
    service_linked_roles,
    users,
)
from policies_app.operations.accounts import system_call
from policies_app.operations.errors import (
    ConcurrentModification,
    DeleteConflict,
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    OperationError,
)
from policies_app.operations.verification import verify
from tests.factories import Cast, document

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return Cast()


def at_once(*actions: Callable[[], object]) -> list[OperationError | None]:
    """Each action in a thread and connection of its own, started together. Gives what each raised."""
    barrier = Barrier(len(actions))
    outcomes: list[OperationError | None] = [None] * len(actions)

    def run(number: int, action: Callable[[], object]) -> None:
        try:
            barrier.wait()
            action()
        except OperationError as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_the_10th_and_11th_policy_attached_at_once_one_is_refused(cast: Cast) -> None:
    cast.user("dana")
    made = [cast.policy(f"P{number}") for number in range(11)]
    for policy in made[:9]:
        cast.attach("dana", policy)
    outcomes = at_once(
        *(
            lambda arn=policy.arn: attachments.attach_user_policy(
                system_call(cast.account, "tests"), user_name="dana", policy_arn=arn
            )
            for policy in made[9:]
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [LimitExceeded]
    assert Attachment.objects.count() == 10


def test_of_two_edits_from_the_same_version_the_second_is_told(cast: Cast) -> None:
    arn = cast.policy("Own").arn
    outcomes = at_once(
        *(
            lambda action=action: policy_versions.create_policy_version(
                system_call(cast.account, "tests"),
                policy_arn=arn,
                policy_document=document(action),
                set_as_default=True,
                base_version_id="v1",
            )
            for action in ("s3:Get*", "s3:Put*")
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [ConcurrentModification]
    assert sorted(PolicyVersion.objects.values_list("number", "is_default")) == [(1, False), (2, True)]


def test_of_two_users_of_one_name_one_is_made(cast: Cast) -> None:
    outcomes = at_once(
        *(
            lambda name=name: users.create_user(system_call(cast.account, "tests"), user_name=name)
            for name in ("dana", "Dana")
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [EntityAlreadyExists]
    assert User.objects.count() == 1


def test_group_deleted_while_a_member_is_added_leaves_a_clean_refusal(cast: Cast) -> None:
    cast.user("dana")
    cast.group("devs")
    outcomes = at_once(
        lambda: groups.delete_group(system_call(cast.account, "tests"), group_name="devs"),
        lambda: groups.add_user_to_group(system_call(cast.account, "tests"), group_name="devs", user_name="dana"),
    )
    assert sum(outcome is not None for outcome in outcomes) == 1


def test_of_two_roles_put_into_a_profile_at_once_one_is_refused(cast: Cast) -> None:
    instance_profiles.create_instance_profile(cast.system, instance_profile_name="box")
    for name in ("builder", "idle"):
        cast.role(name)
    outcomes = at_once(
        *(
            lambda name=name: instance_profiles.add_role_to_instance_profile(
                system_call(cast.account, "tests"), instance_profile_name="box", role_name=name
            )
            for name in ("builder", "idle")
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [LimitExceeded]
    assert InstanceProfile.objects.get().role is not None


def test_role_deleted_while_it_is_put_into_a_profile_leaves_a_clean_refusal(cast: Cast) -> None:
    instance_profiles.create_instance_profile(cast.system, instance_profile_name="box")
    cast.role("builder")
    outcomes = at_once(
        lambda: roles.delete_role(system_call(cast.account, "tests"), role_name="builder"),
        lambda: instance_profiles.add_role_to_instance_profile(
            system_call(cast.account, "tests"), instance_profile_name="box", role_name="builder"
        ),
    )
    (told,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(told, DeleteConflict | NoSuchEntity)
    assert Role.objects.exists() == (InstanceProfile.objects.get().role is not None)


def test_of_two_service_linked_roles_of_a_service_one_is_made(cast: Cast) -> None:
    outcomes = at_once(
        *(
            lambda: service_linked_roles.create_service_linked_role(
                system_call(cast.account, "tests"), aws_service_name="ecs.amazonaws.com"
            )
            for _ in range(2)
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [InvalidInput]
    assert Role.objects.count() == 1


def test_of_two_accounts_that_want_an_alias_at_once_one_has_it(cast: Cast) -> None:
    other = Account.objects.create(pk="210987654321")
    outcomes = at_once(
        *(
            lambda account=account: accounts.create_account_alias(
                system_call(account, "tests"), account_alias="blue-horse"
            )
            for account in (cast.account, other)
        )
    )
    assert [type(outcome) for outcome in outcomes if outcome] == [EntityAlreadyExists]
    assert Account.objects.filter(alias="blue-horse").count() == 1


def test_events_written_at_once_make_one_chain(cast: Cast) -> None:
    at_once(
        *(
            lambda number=number: users.create_user(system_call(cast.account, "tests"), user_name=f"u{number}")
            for number in range(6)
        )
    )
    assert verify(cast.account.pk).is_whole
    assert User.objects.count() == 6


def test_of_two_who_wait_for_each_other_one_is_told(cast: Cast) -> None:
    """Each locks one user, and then wants the other's. SQLite lets the second begin when the first is done."""
    for name in ("dana", "erin"):
        cast.user(name)
    both_hold = Barrier(2)

    def move(*names: str) -> None:
        call = system_call(cast.account, "tests")
        with events.unit_of_work():
            for name in names:
                users.update_user(call, user_name=name, new_path="/moved/")
                if connection.vendor == "postgresql" and name == names[0]:
                    both_hold.wait(10)

    outcomes = at_once(lambda: move("dana", "erin"), lambda: move("erin", "dana"))
    told = [outcome for outcome in outcomes if outcome is not None]
    assert [type(outcome) for outcome in told] == (
        [ConcurrentModification] if connection.vendor == "postgresql" else []
    )
    assert set(User.objects.values_list("path", flat=True)) == {"/moved/"}
    assert verify(cast.account.pk).is_whole
