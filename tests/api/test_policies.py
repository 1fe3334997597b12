import json
from typing import Any

from policies_app.models import Policy
from tests.api.conftest import Connect, error_of
from tests.company import OWN, SPARE
from tests.factories import Cast, document

LISTED = {"PolicyName", "PolicyId", "Arn", "Path", "DefaultVersionId", "AttachmentCount"} | {
    "PermissionsBoundaryUsageCount",
    "IsAttachable",
    "CreateDate",
    "UpdateDate",
}
TEXT = document("s3:GetObject", resource="arn:aws:s3:::b/ü+%20 &<>~")
VERSION = {"VersionId", "IsDefaultVersion", "CreateDate"}
GONE = "arn:aws:iam::123456789012:policy/Gone"


def test_a_new_policy_is_told_without_its_description(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    policy = iam.create_policy(PolicyName="Own", PolicyDocument=TEXT, Description="Reads.")["Policy"]
    assert set(policy) == LISTED
    assert (policy["DefaultVersionId"], policy["AttachmentCount"], policy["IsAttachable"]) == ("v1", 0, True)
    assert iam.get_policy(PolicyArn=OWN)["Policy"] == policy | {"Description": "Reads.", "Tags": []}
    tags = [{"Key": "team", "Value": "red"}]
    assert iam.create_policy(PolicyName="Red", Path="/red/", PolicyDocument=TEXT, Tags=tags)["Policy"]["Tags"] == tags


def test_a_policy_tells_how_often_it_is_used_here(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    policy = client("maker").get_policy(PolicyArn=OWN)["Policy"]
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (3, 2)
    listed = client("maker").list_policies(Scope="Local")["Policies"]
    assert [set(each) for each in listed] == [LISTED, LISTED]
    assert [each["AttachmentCount"] for each in listed] == [3, 0]


def test_a_document_comes_back_as_it_was_written(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    iam.create_policy(PolicyName="Own", PolicyDocument=TEXT)
    version = iam.get_policy_version(PolicyArn=OWN, VersionId="v1")["PolicyVersion"]
    assert set(version) == VERSION | {"Document"}
    assert version["Document"] == json.loads(TEXT)


def test_versions_are_numbered_made_the_default_and_deleted(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.policy("Own")
    iam = client("maker")
    assert set(iam.create_policy_version(PolicyArn=OWN, PolicyDocument=TEXT)["PolicyVersion"]) == VERSION
    third = iam.create_policy_version(PolicyArn=OWN, PolicyDocument=TEXT, SetAsDefault=True)["PolicyVersion"]
    assert (third["VersionId"], third["IsDefaultVersion"]) == ("v3", True)
    iam.delete_policy_version(PolicyArn=OWN, VersionId="v2")
    iam.set_default_policy_version(PolicyArn=OWN, VersionId="v1")
    listed = iam.list_policy_versions(PolicyArn=OWN)["Versions"]
    assert [(each["VersionId"], each["IsDefaultVersion"]) for each in listed] == [("v3", False), ("v1", True)]
    assert iam.create_policy_version(PolicyArn=OWN, PolicyDocument=TEXT)["PolicyVersion"]["VersionId"] == "v4"
    first = iam.list_policy_versions(PolicyArn=OWN, MaxItems=1)
    rest = iam.list_policy_versions(PolicyArn=OWN, Marker=first["Marker"])
    assert [each["VersionId"] for each in first["Versions"] + rest["Versions"]] == ["v4", "v3", "v1"]


def test_a_policy_has_five_versions_at_most(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.policy("Own")
    iam = client("maker")
    for _ in range(4):
        iam.create_policy_version(PolicyArn=OWN, PolicyDocument=TEXT)
    full = (
        "A managed policy can have up to 5 versions. "
        "Before you create a new version, you must delete an existing version."
    )
    assert error_of(iam.create_policy_version, PolicyArn=OWN, PolicyDocument=TEXT) == ("LimitExceeded", 409, full)


def test_a_policy_that_is_absent_is_named_as_aws_does(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    found, attachable = f"Policy {GONE} was not found.", f"Policy {GONE} does not exist or is not attachable."
    version = f"Policy {GONE} version v1 does not exist or is not attachable."
    table: list[tuple[Any, dict[str, Any], str]] = [
        (iam.get_policy, {}, found),
        (iam.delete_policy, {}, found),
        (iam.list_policy_versions, {}, found),
        (iam.tag_policy, {"Tags": []}, found),
        (iam.untag_policy, {"TagKeys": []}, found),
        (iam.list_policy_tags, {}, found),
        (iam.list_entities_for_policy, {}, attachable),
        (iam.create_policy_version, {"PolicyDocument": TEXT}, attachable),
        (iam.get_policy_version, {"VersionId": "v1"}, version),
        (iam.set_default_policy_version, {"VersionId": "v1"}, version),
        (iam.delete_policy_version, {"VersionId": "v1"}, version),
    ]
    for method, parameters, message in table:
        assert error_of(method, PolicyArn=GONE, **parameters) == ("NoSuchEntity", 404, message)


def test_errors_of_policies_are_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    taken = "A policy called OWN already exists. Duplicate names are not allowed."
    assert error_of(iam.create_policy, PolicyName="OWN", PolicyDocument=TEXT) == ("EntityAlreadyExists", 409, taken)
    assert error_of(iam.delete_policy, PolicyArn=OWN) == (
        "DeleteConflict",
        409,
        "Cannot delete a policy attached to entities.",
    )
    assert error_of(iam.delete_policy_version, PolicyArn=OWN, VersionId="v1") == (
        "DeleteConflict",
        409,
        "Cannot delete the default version of a policy.",
    )
    for method in (iam.get_policy_version, iam.delete_policy_version, iam.set_default_policy_version):
        assert error_of(method, PolicyArn=OWN, VersionId="v9")[:2] == ("NoSuchEntity", 404)
        pattern = r"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"
        wrong = f"1 validation error detected: Value at 'versionId' failed to satisfy constraint: {pattern}"
        assert error_of(method, PolicyArn=OWN, VersionId="9") == ("ValidationError", 400, wrong)
    no_arn = "ARN longpolicynamebutnoarn is not valid."
    assert error_of(iam.get_policy, PolicyArn="longpolicynamebutnoarn") == ("ValidationError", 400, no_arn)
    long = document("s3:GetObject", resource=[f"arn:aws:s3:::{number:0200}" for number in range(32)])
    quota = ("LimitExceeded", 409, "Cannot exceed quota for PolicySize: 6144")
    assert error_of(iam.create_policy, PolicyName="Long", PolicyDocument=long) == quota
    assert not Policy.objects.filter(name="Long").exists()


def test_a_policy_is_deleted_with_its_last_version(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.policy("Own")
    iam = client("maker")
    iam.create_policy_version(PolicyArn=OWN, PolicyDocument=TEXT)
    code, _, message = error_of(iam.delete_policy, PolicyArn=OWN)
    assert (code, message[:45]) == ("DeleteConflict", "This policy has more than one version. Before")
    iam.delete_policy_version(PolicyArn=OWN, VersionId="v2")
    iam.delete_policy(PolicyArn=OWN)
    assert not Policy.objects.exists()


def test_policies_are_listed_by_scope_by_use_and_by_path(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    Policy.objects.create(name="AmazonAll", path="/service/")
    iam = client("maker")
    iam.put_user_permissions_boundary(UserName="erin", PermissionsBoundary=SPARE)

    def names(**filters: object) -> list[str]:
        return [policy["PolicyName"] for policy in iam.list_policies(**filters)["Policies"]]

    assert names() == ["AmazonAll", "Own", "Spare"]
    assert names(Scope="AWS") == names(PathPrefix="/service/") == ["AmazonAll"]
    assert names(Scope="Local") == ["Own", "Spare"]
    assert names(OnlyAttached=True) == names(PolicyUsageFilter="PermissionsPolicy") == ["Own"]
    assert names(PolicyUsageFilter="PermissionsBoundary") == ["Own", "Spare"]
    first = iam.list_policies(MaxItems=1)
    assert [policy["PolicyName"] for policy in iam.list_policies(Marker=first["Marker"])["Policies"]] == [
        "Own",
        "Spare",
    ]
    scope = "Member must satisfy enum value set: [All, AWS, Local]"
    assert error_of(iam.list_policies, Scope="Mine")[2].endswith(
        f"Value at 'scope' failed to satisfy constraint: {scope}"
    )


def test_who_has_a_policy_is_told_by_kind_by_use_and_by_path(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")

    def told(**filters: object) -> dict[str, list[str]]:
        answer = iam.list_entities_for_policy(PolicyArn=OWN, **filters)
        kinds = {"PolicyUsers": "UserName", "PolicyGroups": "GroupName", "PolicyRoles": "RoleName"}
        return {place: [each[name] for each in answer[place]] for place, name in kinds.items()}

    all_three = {"PolicyUsers": ["dana"], "PolicyGroups": ["devs"], "PolicyRoles": ["builder"]}
    none: dict[str, list[str]] = {place: [] for place in all_three}
    assert told() == told(PolicyUsageFilter="PermissionsPolicy") == all_three
    assert told(PolicyUsageFilter="PermissionsBoundary") == all_three | {"PolicyGroups": []}
    assert told(EntityFilter="Role") == none | {"PolicyRoles": ["builder"]}
    assert told(EntityFilter="LocalManagedPolicy") == told(PathPrefix="/eng/") == none
    user = iam.list_entities_for_policy(PolicyArn=OWN, EntityFilter="User")["PolicyUsers"][0]
    assert user["UserId"].startswith("AIDA")


def test_entities_come_in_pages_over_all_kinds(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    pages = (
        client("maker")
        .get_paginator("list_entities_for_policy")
        .paginate(PolicyArn=OWN, PaginationConfig={"PageSize": 1})
    )
    assert [sum(len(page[kind]) for kind in ("PolicyUsers", "PolicyGroups", "PolicyRoles")) for page in pages] == [
        1
    ] * 3


def test_what_aws_manages_nobody_changes(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    arn = Policy.objects.create(name="AmazonAll", latest_version=1).arn
    iam = client("maker")
    for method, parameters in (
        (iam.delete_policy, {}),
        (iam.create_policy_version, {"PolicyDocument": TEXT}),
        (iam.tag_policy, {"Tags": [{"Key": "a", "Value": "b"}]}),
    ):
        assert error_of(method, PolicyArn=arn, **parameters)[0] == "UnmodifiableEntity"
