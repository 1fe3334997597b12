from policies_app.models import Membership
from tests.api.conftest import Connect, error_of
from tests.factories import Cast

FIELDS = {"Path", "GroupName", "GroupId", "Arn", "CreateDate"}


def test_a_group_is_created_renamed_moved_and_deleted(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    group = iam.create_group(GroupName="devs", Path="/eng/")["Group"]
    assert set(group) == FIELDS
    assert (group["Arn"], group["GroupId"][:4]) == ("arn:aws:iam::123456789012:group/eng/devs", "AGPA")
    iam.update_group(GroupName="devs", NewGroupName="ops", NewPath="/")
    assert iam.list_groups()["Groups"] == [
        group | {"GroupName": "ops", "Path": "/", "Arn": group["Arn"].replace("eng/devs", "ops")}
    ]
    iam.delete_group(GroupName="ops")
    assert iam.list_groups() | {"ResponseMetadata": None} == {
        "Groups": [],
        "IsTruncated": False,
        "ResponseMetadata": None,
    }


def test_members_come_in_pages(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.group("devs", *(cast.user(name).name for name in ("carol", "Alice", "bob")))
    iam = client("maker")
    first = iam.get_group(GroupName="devs", MaxItems=2)
    assert set(first["Group"]) == FIELDS
    assert ([user["UserName"] for user in first["Users"]], first["IsTruncated"]) == (["Alice", "bob"], True)
    rest = iam.get_group(GroupName="devs", Marker=first["Marker"])
    assert ([user["UserName"] for user in rest["Users"]], rest["IsTruncated"]) == (["carol"], False)


def test_the_groups_of_a_user_come_in_pages_by_name(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    for name in ("ops", "Devs", "admins"):
        cast.group(name, "maker")
    iam = client("maker")
    first = iam.list_groups_for_user(UserName="maker", MaxItems=2)
    assert [group["GroupName"] for group in first["Groups"]] == ["admins", "Devs"]
    rest = iam.list_groups_for_user(UserName="maker", Marker=first["Marker"])
    assert [set(group) for group in rest["Groups"]] == [FIELDS]


def test_adding_twice_and_removing_twice_change_nothing(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.group("devs")
    iam = client("maker")
    for _ in range(2):
        iam.add_user_to_group(GroupName="devs", UserName="maker")
    assert Membership.objects.count() == 1
    for _ in range(2):
        iam.remove_user_from_group(GroupName="devs", UserName="maker")
    assert Membership.objects.count() == 0


def test_errors_of_groups_are_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    absent = ("NoSuchEntity", 404, "The group with name none cannot be found.")
    for method in (iam.get_group, iam.update_group, iam.delete_group):
        assert error_of(method, GroupName="none") == absent
    for method in (iam.add_user_to_group, iam.remove_user_from_group):
        assert error_of(method, GroupName="none", UserName="dana") == absent
        for group in ("devs", "none"):
            nobody = ("NoSuchEntity", 404, "The user with name nobody cannot be found.")
            assert error_of(method, GroupName=group, UserName="nobody") == nobody
    taken = ("EntityAlreadyExists", 409, "Group with name DEVS already exists.")
    assert error_of(iam.create_group, GroupName="DEVS") == taken
    assert error_of(iam.update_group, GroupName="empty", NewGroupName="DEVS") == taken


def test_a_user_is_in_ten_groups_at_most(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    for number in range(11):
        cast.group(f"g{number}", *(["maker"] if number < 10 else []))
    full = ("LimitExceeded", 409, "Cannot exceed quota for GroupsPerUser: 10")
    assert error_of(client("maker").add_user_to_group, GroupName="g10", UserName="maker") == full


def test_a_group_is_deleted_when_nothing_is_left_in_it(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    conflict = ("DeleteConflict", 409)
    assert error_of(iam.delete_group, GroupName="devs") == (
        *conflict,
        "Cannot delete entity, must detach all policies first.",
    )
    iam.detach_group_policy(GroupName="devs", PolicyArn="arn:aws:iam::123456789012:policy/Own")
    assert error_of(iam.delete_group, GroupName="devs") == (
        *conflict,
        "Cannot delete entity, must delete policies first.",
    )
    iam.delete_group_policy(GroupName="devs", PolicyName="Inline")
    last = "Cannot delete entity, must remove users from group first."
    assert error_of(iam.delete_group, GroupName="devs") == (*conflict, last)
    iam.remove_user_from_group(GroupName="devs", UserName="dana")
    iam.delete_group(GroupName="devs")


def test_who_may_add_to_a_group_needs_nothing_on_the_user(cast: Cast, client: Connect) -> None:
    devs = "arn:aws:iam::123456789012:group/devs"
    cast.user("lead", "iam:AddUserToGroup", "iam:RemoveUserFromGroup", resource=devs)
    for name in ("devs", "ops"):
        cast.group(name)
    iam = client("lead")
    iam.add_user_to_group(GroupName="devs", UserName="lead")
    assert error_of(iam.add_user_to_group, GroupName="devs", UserName="nobody")[0] == "NoSuchEntity"
    for group in ("ops", "none"):
        assert error_of(iam.add_user_to_group, GroupName=group, UserName="nobody")[0] == "AccessDenied"
