from datetime import UTC, datetime
from typing import Any

from policies_app.models import Event, User
from tests.api.conftest import Client, Connect, error_of
from tests.company import OWN
from tests.factories import Cast

TAGS = [{"Key": "team", "Value": "blue"}]
LISTED = {"Path", "UserName", "UserId", "Arn", "CreateDate"}


def test_a_user_is_created_with_what_aws_answers(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.policy("Own")
    answer = client("maker").create_user(UserName="dana", Path="/eng/", Tags=TAGS, PermissionsBoundary=OWN)
    user = answer["User"]
    assert set(user) == LISTED | {"Tags", "PermissionsBoundary"}
    assert (user["UserName"], user["Path"], user["Tags"]) == ("dana", "/eng/", TAGS)
    assert user["PermissionsBoundary"] == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": OWN}
    assert user["Arn"] == "arn:aws:iam::123456789012:user/eng/dana"
    assert user["UserId"].startswith("AIDA")
    assert user["CreateDate"].tzinfo is not None


def test_a_user_with_nothing_has_nothing_more_in_any_answer(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    assert set(iam.create_user(UserName="dana")["User"]) == LISTED
    assert set(iam.get_user(UserName="dana")["User"]) == LISTED
    assert [set(user) for user in iam.list_users()["Users"]] == [LISTED, LISTED]


def test_get_user_tells_all_and_the_list_neither_tags_nor_boundary(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    iam.tag_user(UserName="dana", Tags=TAGS)
    User.objects.filter(name="dana").update(last_login=datetime(2026, 1, 2, tzinfo=UTC))
    user = iam.get_user(UserName="dana")["User"]
    assert set(user) == LISTED | {"Tags", "PermissionsBoundary", "PasswordLastUsed"}
    assert user["PasswordLastUsed"] == datetime(2026, 1, 2, tzinfo=UTC)
    assert set(iam.list_users()["Users"][0]) == LISTED | {"PasswordLastUsed"}


def test_without_a_name_it_is_oneself(cast: Cast, client: Connect) -> None:
    cast.user("dana", "iam:GetUser")
    assert client("dana").get_user()["User"]["UserName"] == "dana"


def test_a_user_is_renamed_moved_and_deleted(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    before = iam.create_user(UserName="dana")["User"]
    iam.update_user(UserName="dana", NewUserName="erin", NewPath="/eng/")
    after = iam.get_user(UserName="ERIN")["User"]
    assert (after["UserId"], after["Arn"]) == (before["UserId"], "arn:aws:iam::123456789012:user/eng/erin")
    iam.delete_user(UserName="erin")
    assert not User.objects.filter(name="erin").exists()
    assert Event.objects.filter(operation="DeleteUser", outcome=Event.Outcome.SUCCESS).count() == 1


def test_errors_of_users_are_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    absent = ("NoSuchEntity", 404, "The user with name nobody cannot be found.")
    taken = ("EntityAlreadyExists", 409, "User with name {} already exists.")
    for method in (iam.get_user, iam.update_user, iam.delete_user, iam.list_groups_for_user):
        assert error_of(method, UserName="nobody") == absent
    assert error_of(iam.create_user, UserName="Dana") == (*taken[:2], taken[2].format("Dana"))
    assert error_of(iam.update_user, UserName="erin", NewUserName="DANA") == (*taken[:2], taken[2].format("DANA"))
    assert error_of(iam.create_user, UserName="x", PermissionsBoundary=OWN + "s") == (
        *absent[:2],
        f"Scope ARN: {OWN}s does not exist or is not attachable.",
    )
    assert error_of(iam.create_user, UserName="x", PermissionsBoundary="arn:aws:iam::123456789012:role/x") == (
        "InvalidInput",
        400,
        "ARN arn:aws:iam::123456789012:role/x is not valid.",
    )
    assert error_of(iam.create_user, UserName="x", Tags=[*TAGS, {"Key": "TEAM", "Value": "red"}]) == (
        "InvalidInput",
        400,
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
    assert not User.objects.filter(name="x").exists()


def test_a_user_is_deleted_last(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    dana = {"UserName": "dana"}
    steps = [
        ("must detach all policies first.", lambda: iam.detach_user_policy(**dana, PolicyArn=OWN)),
        ("must delete policies first.", lambda: iam.delete_user_policy(**dana, PolicyName="Inline")),
        ("must remove users from group first.", lambda: iam.remove_user_from_group(**dana, GroupName="devs")),
        ("must delete access keys first.", lambda: iam.delete_access_key(AccessKeyId=key_id(iam), **dana)),
        ("must delete login profile first.", lambda: iam.delete_login_profile(**dana)),
    ]
    for problem, mend in steps:
        assert error_of(iam.delete_user, **dana) == ("DeleteConflict", 409, f"Cannot delete entity, {problem}")
        mend()
    iam.delete_user(**dana)


def key_id(iam: Client) -> str:
    return str(iam.list_access_keys(UserName="dana")["AccessKeyMetadata"][0]["AccessKeyId"])


def test_what_breaks_a_constraint_is_told_in_aws_words(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    pattern = r"Member must satisfy regular expression pattern: [\w+=,.@-]+"
    constraint = "1 validation error detected: Value at '{}' failed to satisfy constraint: {}"
    path = r"Member must satisfy regular expression pattern: (\u002F)|(\u002F[\u0021-\u007E]+\u002F)"
    length = "Member must have length less than or equal to {}"
    many = [{"Key": f"k{number}", "Value": ""} for number in range(51)]
    long = [{"Key": "k" * 129, "Value": ""}]
    table: list[tuple[dict[str, Any], str, str]] = [
        ({"UserName": "a b"}, "userName", pattern),
        ({}, "userName", "Member must not be null"),
        ({"UserName": "x" * 65}, "userName", length.format(64)),
        ({"UserName": "x", "Path": "eng"}, "path", path),
        ({"UserName": "x", "Tags": many}, "tags", length.format(50)),
        ({"UserName": "x", "Tags": [{"Key": "a"}]}, "tags.1.member.value", "Member must not be null"),
        ({"UserName": "x", "Tags": long}, "tags.1.member.key", length.format(128)),
    ]
    for parameters, place, problem in table:
        assert error_of(iam.create_user, **parameters) == ("ValidationError", 400, constraint.format(place, problem))
    code, _, message = error_of(iam.create_user, UserName="a b", Path="eng")
    assert (code, message[:30]) == ("ValidationError", "2 validation errors detected: ")


def test_users_come_in_pages_by_name_that_stay_where_they_are(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    for name in ("Carol", "alice", "BOB", "dave"):
        cast.user(name)
    iam = client("maker")
    first = iam.list_users(MaxItems=2)
    assert ([user["UserName"] for user in first["Users"]], first["IsTruncated"]) == (["alice", "BOB"], True)
    for name in ("aaron", "cat"):
        cast.user(name)
    rest = iam.list_users(Marker=first["Marker"])
    assert [user["UserName"] for user in rest["Users"]] == ["Carol", "cat", "dave", "maker"]
    assert rest["IsTruncated"] is False
    assert "Marker" not in rest
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 3})
    assert len([user for page in pages for user in page["Users"]]) == 7


def test_a_path_prefix_is_compared_in_its_case(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    for name, path in (("a", "/eng/"), ("b", "/ENG/"), ("c", "/eng/web/"), ("d", "/")):
        iam.create_user(UserName=name, Path=path)
    assert [user["UserName"] for user in iam.list_users(PathPrefix="/eng/")["Users"]] == ["a", "c"]
    assert iam.list_users(PathPrefix="/en%/")["Users"] == []


def test_a_page_has_at_least_one_item_and_at_most_a_thousand(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    for number, problem in ((0, "greater than or equal to 1"), (1001, "less than or equal to 1000")):
        constraint = f"Value at 'maxItems' failed to satisfy constraint: Member must have value {problem}"
        wrong = ("ValidationError", 400, f"1 validation error detected: {constraint}")
        assert error_of(iam.list_users, MaxItems=number) == wrong


def test_who_is_allowed_nothing_is_told_so_in_aws_words(cast: Cast, client: Connect) -> None:
    cast.user("nobody")
    code, status, message = error_of(client("nobody").list_users)
    assert (code, status) == ("AccessDenied", 403)
    assert message.startswith(
        "User: arn:aws:iam::123456789012:user/nobody is not authorized to perform: iam:ListUsers on resource: "
        "arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:ListUsers action"
    )
