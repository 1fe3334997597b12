import json

import pytest

from policies_app.operations import instance_profiles
from tests.api.conftest import Connect, error_of
from tests.factories import TRUST, Cast

CREATED = {"Path", "InstanceProfileName", "InstanceProfileId", "Arn", "CreateDate", "Roles"}
ROLE = {"Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"}
TAGS = [{"Key": "team", "Value": "blue"}]
BOX = {"InstanceProfileName": "box"}
ABSENT = ("NoSuchEntity", 404, "Instance Profile none cannot be found.")


def test_a_new_profile_is_told_without_tags_that_it_has_not_but_read_with_none(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    profile = iam.create_instance_profile(**BOX, Path="/ci/")["InstanceProfile"]
    assert set(profile) == CREATED
    assert profile["Arn"] == "arn:aws:iam::123456789012:instance-profile/ci/box"
    assert (profile["InstanceProfileId"][:4], profile["Roles"]) == ("AIPA", [])
    assert iam.get_instance_profile(InstanceProfileName="BOX")["InstanceProfile"] == profile | {"Tags": []}


def test_a_profile_is_told_with_its_role_and_without_it_again(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    cast.role("builder")
    iam.create_instance_profile(**BOX, Tags=TAGS)
    iam.add_role_to_instance_profile(**BOX, RoleName="builder")
    profile = iam.get_instance_profile(**BOX)["InstanceProfile"]
    (role,) = profile["Roles"]
    assert (set(role), profile["Tags"]) == (ROLE, TAGS)
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    iam.remove_role_from_instance_profile(**BOX, RoleName="builder")
    assert iam.get_instance_profile(**BOX)["InstanceProfile"]["Roles"] == []


def test_lists_tell_no_tags_and_go_on_where_a_page_ended(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.role("builder")
    iam = client("maker")
    for name in ("b", "A", "c"):
        iam.create_instance_profile(InstanceProfileName=name, Tags=TAGS)
    for name in ("A", "c"):
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="builder")
    pages = list(iam.get_paginator("list_instance_profiles").paginate(PaginationConfig={"PageSize": 2}))
    assert [[each["InstanceProfileName"] for each in page["InstanceProfiles"]] for page in pages] == [["A", "b"], ["c"]]
    assert [page["IsTruncated"] for page in pages] == [True, False]
    of_role = iam.list_instance_profiles_for_role(RoleName="builder")["InstanceProfiles"]
    assert [(each["InstanceProfileName"], set(each)) for each in of_role] == [("A", CREATED), ("c", CREATED)]


def test_tags_are_set_listed_and_taken_away(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    iam.create_instance_profile(**BOX)
    assert iam.list_instance_profile_tags(**BOX)["Tags"] == []
    iam.tag_instance_profile(**BOX, Tags=[*TAGS, {"Key": "area", "Value": "north"}])
    iam.tag_instance_profile(**BOX, Tags=[{"Key": "area", "Value": "south"}])
    answer = iam.list_instance_profile_tags(**BOX)
    assert (answer["Tags"], answer["IsTruncated"]) == ([{"Key": "area", "Value": "south"}, *TAGS], False)
    iam.untag_instance_profile(**BOX, TagKeys=["area"])
    assert iam.list_instance_profile_tags(**BOX)["Tags"] == TAGS


def test_errors_of_instance_profiles_are_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam, none, idle = client("maker"), {"InstanceProfileName": "none"}, {"RoleName": "idle"}
    for method in (iam.get_instance_profile, iam.delete_instance_profile, iam.list_instance_profile_tags):
        assert error_of(method, **none) == ABSENT
    assert error_of(iam.tag_instance_profile, **none, Tags=TAGS) == ABSENT
    assert error_of(iam.untag_instance_profile, **none, TagKeys=["team"]) == ABSENT
    assert error_of(iam.create_instance_profile, **BOX) == (
        "EntityAlreadyExists",
        409,
        "Instance Profile box already exists.",
    )
    for method in (iam.add_role_to_instance_profile, iam.remove_role_from_instance_profile):
        assert error_of(method, **none, **idle) == ABSENT
        assert error_of(method, **BOX, RoleName="none") == (
            "NoSuchEntity",
            404,
            "The role with name none cannot be found.",
        )
    assert error_of(iam.add_role_to_instance_profile, **BOX, **idle) == (
        "LimitExceeded",
        409,
        "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    )
    assert error_of(iam.remove_role_from_instance_profile, **BOX, **idle) == (
        "NoSuchEntity",
        404,
        "Role idle in Instance Profile box cannot be found.",
    )
    first = ("DeleteConflict", 409, "Cannot delete entity, must remove roles from instance profile first.")
    assert error_of(iam.delete_instance_profile, **BOX) == first
    assert error_of(iam.delete_role, RoleName="builder") == first


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("create_instance_profile", {"InstanceProfileName": "crate"}),
        ("get_instance_profile", BOX),
        ("delete_instance_profile", BOX),
        ("list_instance_profiles", {}),
        ("list_instance_profiles_for_role", {"RoleName": "builder"}),
        ("add_role_to_instance_profile", BOX | {"RoleName": "idle"}),
        ("remove_role_from_instance_profile", BOX | {"RoleName": "builder"}),
        ("tag_instance_profile", BOX | {"Tags": TAGS}),
        ("untag_instance_profile", BOX | {"TagKeys": ["team"]}),
        ("list_instance_profile_tags", BOX),
    ],
)
def test_who_is_allowed_nothing_is_refused(
    company: Cast, client: Connect, method: str, given: dict[str, object]
) -> None:
    company.user("nobody")
    code, status, message = error_of(getattr(client("nobody"), method), **given)
    assert (code, status) == ("AccessDenied", 403)
    assert "no identity-based policy allows" in message


def test_who_may_not_pass_the_role_is_told_so(company: Cast, client: Connect) -> None:
    company.user("dana2", "iam:AddRoleToInstanceProfile")
    instance_profiles.create_instance_profile(company.system, instance_profile_name="crate")
    code, _, message = error_of(
        client("dana2").add_role_to_instance_profile, InstanceProfileName="crate", RoleName="builder"
    )
    assert code == "AccessDenied"
    assert "not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/builder" in message
