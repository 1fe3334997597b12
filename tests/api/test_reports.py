"""The reports over the wire, as boto3 reads them."""

import csv
from time import monotonic, sleep
from typing import Any

import pytest

from policies_app.models import CredentialReport
from policies_app.operations import attachments, events, tags
from tests.api.conftest import Client, Connect, error_of
from tests.factories import ACCOUNT, Cast

DANA = f"arn:aws:iam::{ACCOUNT}:user/dana"


@pytest.fixture
def auditor(cast: Cast, client: Connect) -> Client:
    cast.user("auditor", "iam:*")
    return client("auditor")


# GetAccountAuthorizationDetails ---------------------------------------------------------------------------------------


def test_details_have_the_members_that_aws_gives(cast: Cast, auditor: Client) -> None:
    cast.user("dana", "s3:GetObject")
    cast.group("devs", "dana")
    cast.role("builder")
    tags.tag_user(cast.system, user_name="dana", tags=[{"Key": "team", "Value": "blue"}])
    policy = cast.policy("Buckets")
    cast.attach("dana", policy)
    attachments.put_user_permissions_boundary(cast.system, user_name="dana", permissions_boundary=policy.arn)
    found = auditor.get_account_authorization_details()
    dana = found["UserDetailList"][1]
    assert dana["UserPolicyList"][0]["PolicyDocument"]["Statement"][0]["Action"] == ["s3:GetObject"]
    assert (dana["GroupList"], dana["Tags"]) == (["devs"], [{"Key": "team", "Value": "blue"}])
    assert dana["AttachedManagedPolicies"] == [{"PolicyName": "Buckets", "PolicyArn": policy.arn}]
    assert dana["PermissionsBoundary"]["PermissionsBoundaryArn"] == policy.arn
    builder = found["RoleDetailList"][0]
    assert builder["AssumeRolePolicyDocument"]["Statement"][0]["Action"] == "sts:AssumeRole"
    assert (builder["InstanceProfileList"], builder["RolePolicyList"], builder["RoleLastUsed"]) == ([], [], {})
    (buckets,) = found["Policies"]
    assert (buckets["AttachmentCount"], buckets["PermissionsBoundaryUsageCount"]) == (1, 1)
    assert buckets["PolicyVersionList"][0]["Document"]["Version"] == "2012-10-17"
    assert found["IsTruncated"] is False


def test_the_paginator_reads_all_kinds(cast: Cast, auditor: Client) -> None:
    for name in ("dana", "erin"):
        cast.user(name)
    cast.group("devs")
    cast.role("builder")
    pages = auditor.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 2})
    whole = pages.build_full_result()
    assert [user["UserName"] for user in whole["UserDetailList"]] == ["auditor", "dana", "erin"]
    assert [len(whole[kind]) for kind in ("GroupDetailList", "RoleDetailList", "Policies")] == [1, 1, 0]


def test_a_kind_that_iam_does_not_know_is_refused(auditor: Client) -> None:
    assert error_of(auditor.get_account_authorization_details, Filter=["Robot"])[:2] == ("ValidationError", 400)


# Credential report ----------------------------------------------------------------------------------------------------


def test_a_report_is_generated_and_read(auditor: Client) -> None:
    assert error_of(auditor.get_credential_report)[:2] == ("ReportNotPresent", 410)
    assert auditor.generate_credential_report()["State"] == "STARTED"
    end = monotonic() + 10
    while auditor.generate_credential_report()["State"] != "COMPLETE" and monotonic() < end:
        sleep(0.02)
    report = auditor.get_credential_report()
    assert report["ReportFormat"] == "text/csv"
    root, mine = csv.DictReader(report["Content"].decode().splitlines())
    assert (root["user"], mine["user"], mine["access_key_1_active"]) == ("<root_account>", "auditor", "true")


def test_a_report_under_way_is_said_to_be(cast: Cast, auditor: Client) -> None:
    CredentialReport.objects.create(account=cast.account)
    assert error_of(auditor.get_credential_report)[:2] == ("ReportInProgress", 404)


# Which policies lead to a service, and when it was used --------------------------------------------------------------


def test_policies_are_listed_by_service(cast: Cast, auditor: Client) -> None:
    cast.user("dana", "s3:GetObject")
    cast.attach("dana", cast.policy("Buckets"))
    found = auditor.list_policies_granting_service_access(Arn=DANA, ServiceNamespaces=["s3", "iam"])
    s3, iam = found["PoliciesGrantingServiceAccess"]
    assert s3["Policies"] == [
        {"PolicyName": "Buckets", "PolicyType": "MANAGED", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/Buckets"},
        {"PolicyName": "Given", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "dana"},
    ]
    assert (iam["ServiceNamespace"], iam["Policies"]) == ("iam", [])


def test_what_was_used_last_is_told_by_service_and_by_entity(cast: Cast, client: Connect, auditor: Client) -> None:
    cast.user("dana", "iam:GetUser", "s3:GetObject")
    client("dana").get_user()
    events.reads.flush()
    job = auditor.generate_service_last_accessed_details(Arn=DANA, Granularity="ACTION_LEVEL")["JobId"]
    found = auditor.get_service_last_accessed_details(JobId=job)
    assert (found["JobStatus"], found["JobType"]) == ("COMPLETED", "ACTION_LEVEL")
    iam, s3 = found["ServicesLastAccessed"]
    assert (iam["LastAuthenticatedEntity"], iam["TotalAuthenticatedEntities"]) == (DANA, 1)
    assert [action["ActionName"] for action in iam["TrackedActionsLastAccessed"]] == ["GetUser"]
    assert (s3["ServiceNamespace"], "LastAuthenticated" in s3) == ("s3", False)
    entities = auditor.get_service_last_accessed_details_with_entities(JobId=job, ServiceNamespace="iam")
    (entity,) = entities["EntityDetailsList"]
    assert (entity["EntityInfo"]["Name"], entity["EntityInfo"]["Type"]) == ("dana", "USER")
    assert entity["LastAuthenticated"] == iam["LastAuthenticated"]


def test_jobs_and_arns_of_nothing_are_errors(auditor: Client) -> None:
    nothing = "00000000-0000-0000-0000-000000000000"
    assert error_of(auditor.get_service_last_accessed_details, JobId=nothing)[:2] == ("NoSuchEntity", 404)
    assert error_of(auditor.generate_service_last_accessed_details, Arn=DANA)[:2] == ("NoSuchEntity", 404)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_account_authorization_details", {}),
        ("generate_credential_report", {}),
        ("get_credential_report", {}),
        ("list_policies_granting_service_access", {"Arn": DANA, "ServiceNamespaces": ["s3"]}),
        ("generate_service_last_accessed_details", {"Arn": DANA}),
        ("get_service_last_accessed_details", {"JobId": "0" * 36}),
        ("get_service_last_accessed_details_with_entities", {"JobId": "0" * 36, "ServiceNamespace": "s3"}),
    ],
)
def test_who_is_allowed_nothing_reads_no_report(
    cast: Cast, client: Connect, operation: str, parameters: dict[str, Any]
) -> None:
    cast.user("nobody")
    assert error_of(getattr(client("nobody"), operation), **parameters)[:2] == ("AccessDenied", 403)
