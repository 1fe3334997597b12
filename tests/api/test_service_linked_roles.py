import pytest

from policies_app.engine.catalog import managed_policies
from policies_app.operations.managed_policies import load_managed_policies
from tests.api.conftest import Connect, error_of
from tests.factories import Cast

ECS = "AWSServiceRoleForECS"
BATCH = {"AWSServiceName": "batch.amazonaws.com"}


def test_a_role_is_made_told_and_deleted_by_a_task(cast: Cast, client: Connect) -> None:
    load_managed_policies(policy for policy in managed_policies.load() if policy.name == "BatchServiceRolePolicy")
    cast.user("maker", "*")
    iam = client("maker")
    role = iam.create_service_linked_role(**BATCH, Description="For jobs.")["Role"]
    assert role["Arn"].endswith(":role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch")
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": ["batch.amazonaws.com"]}
    found = iam.get_role(RoleName=role["RoleName"])["Role"]
    assert (found["Path"], found["Description"]) == ("/aws-service-role/batch.amazonaws.com/", "For jobs.")
    (attached,) = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    assert attached["PolicyArn"] == "arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy"
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert error_of(iam.get_role, RoleName=role["RoleName"])[0] == "NoSuchEntity"


def test_errors_of_service_linked_roles_are_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    make = iam.create_service_linked_role
    assert error_of(make, AWSServiceName="ecs.amazonaws.com") == (
        "InvalidInput",
        400,
        f"Service role name {ECS} has been taken in this account, please try a different suffix.",
    )
    assert error_of(make, **BATCH, CustomSuffix="two") == (
        "InvalidInput",
        400,
        "Custom suffix is not allowed for batch.amazonaws.com",
    )
    assert error_of(make, AWSServiceName="none.amazonaws.com") == (
        "AccessDenied",
        403,
        "Cannot find Service Linked Role template for none.amazonaws.com",
    )
    words = f"Cannot perform the operation on the protected role '{ECS}' - this role is only modifiable by AWS"
    assert error_of(iam.delete_role, RoleName=ECS) == ("UnmodifiableEntity", 400, words)
    assert error_of(iam.delete_service_linked_role, RoleName="builder")[:2] == ("NoSuchEntity", 404)
    assert error_of(iam.get_service_linked_role_deletion_status, DeletionTaskId="task/none")[:2] == (
        "NoSuchEntity",
        404,
    )


def test_no_other_role_takes_the_path_and_one_that_took_the_name_is_told(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    trust = '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}}'
    wanted = {"RoleName": "AWSServiceRoleForBatch", "AssumeRolePolicyDocument": trust}
    for path in ("/aws-service-role/", "/aws-service-role/batch.amazonaws.com/"):
        words = "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"
        assert error_of(iam.create_role, **wanted, Path=path) == ("InvalidInput", 400, words)
    iam.create_role(**wanted)
    assert "has been taken in this account" in error_of(iam.create_service_linked_role, **BATCH)[2]


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("create_service_linked_role", BATCH),
        ("delete_service_linked_role", {"RoleName": ECS}),
        ("get_service_linked_role_deletion_status", {"DeletionTaskId": "task/none"}),
    ],
)
def test_who_is_allowed_nothing_is_refused(company: Cast, client: Connect, method: str, given: dict[str, str]) -> None:
    company.user("nobody")
    code, status, message = error_of(getattr(client("nobody"), method), **given)
    assert (code, status) == ("AccessDenied", 403)
    assert "no identity-based policy allows" in message
