"""What an event changed, told from the events before it."""

import pytest
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event
from policies_app.operations import (
    accounts,
    attachments,
    event_effects,
    groups,
    inline_policies,
    password_policy,
    policy_versions,
    roles,
    tags,
    users,
)
from policies_app.operations.event_effects import DOCUMENT, Changed, changes
from tests.factories import TRUST, Cast, document


def last(operation: str) -> list[Changed]:
    return changes(Event.objects.filter(operation=operation).latest("sequence"))


def told(operation: str) -> dict[str, tuple[str | None, str | None]]:
    """Fact to before and after; a document is told as itself, by its hash."""
    return {change.fact: (change.before, change.after) for change in last(operation)}


def test_a_new_user_had_nothing_before(cast: Cast) -> None:
    policy = cast.policy("Cap")
    users.create_user(
        cast.system,
        user_name="dana",
        path="/eng/",
        permissions_boundary=policy.arn,
        tags=[{"Key": "team", "Value": "blue"}],
    )
    assert told("CreateUser") == {
        "Path": (None, "/eng/"),
        "Name": (None, "dana"),
        "Permissions boundary": (None, policy.arn),
        "Tag team": (None, "blue"),
    }


def test_each_rename_begins_where_the_one_before_ended(cast: Cast) -> None:
    cast.group("devs")
    groups.update_group(cast.system, group_name="devs", new_group_name="developers")
    groups.update_group(cast.system, group_name="developers", new_path="/eng/")
    groups.update_group(cast.system, group_name="developers", new_group_name="builders")
    assert told("UpdateGroup") == {"Name": ("developers", "builders")}


def test_a_deletion_takes_everything(cast: Cast) -> None:
    cast.user("dana")
    users.delete_user(cast.system, user_name="dana")
    assert told("DeleteUser") == {"Path": ("/", None), "Name": ("dana", None)}


def test_tags_and_their_spelling(cast: Cast) -> None:
    cast.user("dana")
    tags.tag_user(cast.system, user_name="dana", tags=[{"Key": "Team", "Value": "red"}])
    tags.tag_user(cast.system, user_name="dana", tags=[{"Key": "team", "Value": "blue"}])
    assert told("TagUser") == {"Tag team": (None, "blue"), "Tag Team": ("red", None)}
    tags.untag_user(cast.system, user_name="dana", tag_keys=["TEAM"])
    assert told("UntagUser") == {"Tag team": ("blue", None)}


def test_a_boundary_that_takes_the_place_of_another(cast: Cast) -> None:
    cast.role("builder")
    first, second = cast.policy("First"), cast.policy("Second")
    for policy in (first, second):
        attachments.put_role_permissions_boundary(cast.system, role_name="builder", permissions_boundary=policy.arn)
    assert told("PutRolePermissionsBoundary") == {"Permissions boundary": (first.arn, second.arn)}
    attachments.delete_role_permissions_boundary(cast.system, role_name="builder")
    assert told("DeleteRolePermissionsBoundary") == {"Permissions boundary": (second.arn, None)}


def test_a_role_and_its_description(cast: Cast) -> None:
    cast.role("builder")
    roles.update_role(cast.system, role_name="builder", description="Builds.", max_session_duration=7200)
    assert told("UpdateRole") == {"Description": (None, "Builds."), "Max session duration": ("3600", "7200")}
    roles.update_role(cast.system, role_name="builder", description="")
    assert told("UpdateRole") == {"Description": ("Builds.", None)}


def test_documents_are_told_by_their_hashes(cast: Cast) -> None:
    cast.user("dana", "s3:Get*")
    inline_policies.put_user_policy(
        cast.system, user_name="dana", policy_name="Given", policy_document=document("s3:*")
    )
    [change] = last("PutUserPolicy")
    assert change.fact == "Inline policy Given"
    assert change.is_document
    assert str(change.before).startswith(DOCUMENT)
    assert change.before != change.after
    cast.role("builder")
    roles.update_assume_role_policy(
        cast.system, role_name="builder", policy_document=TRUST.replace("root", "user/dana")
    )
    assert [change.fact for change in last("UpdateAssumeRolePolicy")] == ["Trust policy"]


def test_versions_of_a_policy_and_the_one_in_force(cast: Cast) -> None:
    arn = cast.policy("Own", "s3:Get*").arn
    first = told("CreatePolicy")["Document in force"][1]
    policy_versions.create_policy_version(cast.system, policy_arn=arn, policy_document=document("s3:Put*"))
    made = told("CreatePolicyVersion")
    assert made["Newest version"] == ("v1", "v2")
    assert made["Newest document"][0] == first
    assert "Document in force" not in made
    policy_versions.set_default_policy_version(cast.system, policy_arn=arn, version_id="v2")
    assert told("SetDefaultPolicyVersion") == {
        "Default version": ("v1", "v2"),
        "Document in force": (first, made["Newest document"][1]),
    }
    policy_versions.delete_policy_version(cast.system, policy_arn=arn, version_id="v1")
    assert told("DeletePolicyVersion") == {"Document v1": (first, None)}
    policy_versions.create_policy_version(
        cast.system, policy_arn=arn, policy_document=document("s3:List*"), set_as_default=True
    )
    assert told("CreatePolicyVersion")["Default version"] == ("v2", "v3")


def test_the_accounts_alias_and_password_policy_are_apart(cast: Cast) -> None:
    for alias in ("one-name", "another"):
        accounts.create_account_alias(cast.system, account_alias=alias)
    assert told("CreateAccountAlias") == {"Alias": ("one-name", "another")}
    password_policy.update_account_password_policy(cast.system, minimum_password_length=8, max_password_age=90)
    password_policy.update_account_password_policy(cast.system, minimum_password_length=12)
    assert told("UpdateAccountPasswordPolicy") == {
        "Minimum password length": ("8", "12"),
        "Max password age": ("90", None),
    }
    password_policy.delete_account_password_policy(cast.system)
    assert told("DeleteAccountPasswordPolicy") == {"Minimum password length": ("12", None)}


def test_of_what_was_set_too_long_ago_the_earlier_value_is_not_known(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_effects, "LOOKED_BACK", 2)
    cast.role("builder")
    for name in ("One", "Two"):
        roles.update_role(cast.system, role_name="builder", description=name)
    roles.update_role(cast.system, role_name="builder", description="Three", max_session_duration=7200)
    assert last("UpdateRole") == [
        Changed("Description", "Two", "Three", is_known=True),
        Changed("Max session duration", None, "7200", is_known=False),
    ]


@pytest.mark.parametrize("outcome", ["refused", "failed"])
def test_what_did_not_succeed_changed_nothing(cast: Cast, outcome: str) -> None:
    cast.user("dana")
    made = Event.objects.latest("sequence")
    made.outcome = outcome
    assert changes(made) == []


def test_changes_take_two_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cast.user("dana")
    for number in range(5):
        users.update_user(cast.system, user_name="dana", new_path=f"/{number}/")
    event = Event.objects.latest("sequence")
    with django_assert_num_queries(2):
        assert changes(event) == [Changed("Path", "/3/", "/4/")]
