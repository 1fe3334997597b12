import json
from datetime import UTC, datetime

import pytest

from policies_app.models import Role
from tests.api.conftest import Connect, error_of
from tests.company import OWN
from tests.factories import TRUST, Cast, document

CREATED = {"Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"}
LISTED = CREATED | {"MaxSessionDuration"}
TAGS = [{"Key": "team", "Value": "blue"}]


def test_a_new_role_is_told_without_its_description_and_its_session_duration(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    role = iam.create_role(RoleName="builder", AssumeRolePolicyDocument=TRUST)["Role"]
    assert set(role) == CREATED
    assert (role["Path"], role["RoleId"][:4]) == ("/", "AROA")
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    found = iam.get_role(RoleName="builder")["Role"]
    assert found == role | {"MaxSessionDuration": 3600, "RoleLastUsed": {}}


def test_get_role_tells_all_and_the_list_neither_tags_nor_boundary_nor_last_use(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.policy("Own")
    iam = client("maker")
    given = {"Description": "Builds.", "MaxSessionDuration": 7200, "Tags": TAGS, "PermissionsBoundary": OWN}
    new = iam.create_role(RoleName="builder", Path="/ci/", AssumeRolePolicyDocument=TRUST, **given)["Role"]
    Role.objects.update(last_used=datetime(2026, 1, 2, tzinfo=UTC), last_used_region="eu-west-1")
    role = iam.get_role(RoleName="Builder")["Role"]
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": OWN}
    assert role == new | given | {
        "PermissionsBoundary": boundary,
        "RoleLastUsed": {"LastUsedDate": datetime(2026, 1, 2, tzinfo=UTC), "Region": "eu-west-1"},
    }
    assert set(new) == CREATED | {"Tags", "PermissionsBoundary"}
    assert set(iam.list_roles(PathPrefix="/ci/")["Roles"][0]) == LISTED | {"Description"}


def test_what_is_not_given_to_update_role_stays(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.role("builder")
    iam = client("maker")

    def told() -> tuple[str | None, int]:
        role = iam.get_role(RoleName="builder")["Role"]
        return role.get("Description"), role["MaxSessionDuration"]

    iam.update_role(RoleName="builder", Description="Builds.", MaxSessionDuration=7200)
    assert told() == ("Builds.", 7200)
    iam.update_role(RoleName="builder")
    assert told() == ("Builds.", 7200)
    role = iam.update_role_description(RoleName="builder", Description="Tests.")["Role"]
    assert (set(role), told()) == (CREATED | {"Description"}, ("Tests.", 7200))
    iam.update_role(RoleName="builder", Description="")
    assert told() == (None, 7200)


def test_a_trust_policy_is_replaced_and_comes_back_as_it_was_written(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.role("builder")
    iam = client("maker")
    text = TRUST.replace("root", "user/maker")
    iam.update_assume_role_policy(RoleName="builder", PolicyDocument=text)
    assert iam.get_role(RoleName="builder")["Role"]["AssumeRolePolicyDocument"] == json.loads(text)
    code, status, _ = error_of(iam.update_assume_role_policy, RoleName="builder", PolicyDocument="{")
    assert (code, status) == ("MalformedPolicyDocument", 400)


def test_errors_of_roles_are_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    absent = ("NoSuchEntity", 404, "The role with name none cannot be found.")
    for method in (iam.get_role, iam.update_role, iam.delete_role):
        assert error_of(method, RoleName="none") == absent
    assert error_of(iam.update_assume_role_policy, RoleName="none", PolicyDocument=TRUST) == absent
    assert error_of(iam.put_role_permissions_boundary, RoleName="none", PermissionsBoundary=OWN) == absent
    taken = ("EntityAlreadyExists", 409, "Role with name BUILDER already exists.")
    assert error_of(iam.create_role, RoleName="BUILDER", AssumeRolePolicyDocument=TRUST) == taken
    short = "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: "
    for duration, problem in ((3599, "greater than or equal to 3600"), (43201, "less than or equal to 43200")):
        assert error_of(iam.update_role, RoleName="builder", MaxSessionDuration=duration) == (
            "ValidationError",
            400,
            f"{short}Member must have value {problem}",
        )


def test_a_role_is_deleted_when_it_has_no_policies(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.role("runner")
    cast.policy("Own")
    iam = client("maker")
    iam.attach_role_policy(RoleName="runner", PolicyArn=OWN)
    iam.put_role_policy(RoleName="runner", PolicyName="Inline", PolicyDocument=document("s3:*"))
    for problem, method, parameters in (
        ("must detach all policies first.", iam.detach_role_policy, {"PolicyArn": OWN}),
        ("must delete policies first.", iam.delete_role_policy, {"PolicyName": "Inline"}),
    ):
        conflict = ("DeleteConflict", 409, f"Cannot delete entity, {problem}")
        assert error_of(iam.delete_role, RoleName="runner") == conflict
        method(RoleName="runner", **parameters)
    iam.delete_role(RoleName="runner")
    assert error_of(iam.get_role, RoleName="runner")[0] == "NoSuchEntity"


@pytest.mark.parametrize("kind", ["user", "role"])
def test_a_boundary_is_set_replaced_and_taken_away(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam = client("maker")
    owner = {"UserName": "erin"} if kind == "user" else {"RoleName": "idle"}
    put, delete = getattr(iam, f"put_{kind}_permissions_boundary"), getattr(iam, f"delete_{kind}_permissions_boundary")
    for name in ("Own", "Spare"):
        put(**owner, PermissionsBoundary=f"arn:aws:iam::123456789012:policy/{name}")
        told = getattr(iam, f"get_{kind}")(**owner)[kind.title()]["PermissionsBoundary"]
        assert told["PermissionsBoundaryArn"].endswith(f"/{name}")
    delete(**owner)
    assert "PermissionsBoundary" not in getattr(iam, f"get_{kind}")(**owner)[kind.title()]
    assert error_of(delete, **owner)[:2] == ("NoSuchEntity", 404)
    scope = f"Scope ARN: {OWN}s does not exist or is not attachable."
    assert error_of(put, **owner, PermissionsBoundary=f"{OWN}s") == ("NoSuchEntity", 404, scope)
    wrong = "arn:aws:iam::123456789012:not_a_policy/invalid"
    assert error_of(put, **owner, PermissionsBoundary=wrong) == ("InvalidInput", 400, f"ARN {wrong} is not valid.")
