import pytest

from policies_app.models import Attachment, Policy
from tests.api.conftest import Connect, error_of
from tests.company import SPARE
from tests.factories import Cast

OWNERS = {"user": {"UserName": "erin"}, "group": {"GroupName": "empty"}, "role": {"RoleName": "idle"}}
NOBODY = {"user": {"UserName": "nobody"}, "group": {"GroupName": "nobody"}, "role": {"RoleName": "nobody"}}
kinds = pytest.mark.parametrize("kind", ["user", "group", "role"])
LIST = {
    "user": "list_attached_user_policies",
    "group": "list_attached_group_policies",
    "role": "list_attached_role_policies",
}


@kinds
def test_a_policy_is_attached_twice_and_detached_once(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    attached = getattr(iam, LIST[kind])
    assert attached(**owner)["AttachedPolicies"] == []
    for _ in range(2):
        getattr(iam, f"attach_{kind}_policy")(**owner, PolicyArn=SPARE)
    assert attached(**owner)["AttachedPolicies"] == [{"PolicyName": "Spare", "PolicyArn": SPARE}]
    detach = getattr(iam, f"detach_{kind}_policy")
    detach(**owner, PolicyArn=SPARE)
    assert attached(**owner)["AttachedPolicies"] == []
    gone = ("NoSuchEntity", 404, f"Policy {SPARE} was not found.")
    assert error_of(detach, **owner, PolicyArn=SPARE) == gone


@kinds
def test_attached_policies_come_in_pages_and_by_path(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    policies = [
        Policy.objects.create(name=name, path=path) for name, path in (("Zed", "/x/"), ("amp", "/"), ("Spare", "/"))
    ]
    for arn in (SPARE, *(policy.arn for policy in policies)):
        getattr(iam, f"attach_{kind}_policy")(**owner, PolicyArn=arn)
    pages = [
        [policy["PolicyName"] for policy in page["AttachedPolicies"]]
        for page in iam.get_paginator(LIST[kind]).paginate(**owner, PaginationConfig={"PageSize": 2})
    ]
    assert pages == [["amp", "Spare"], ["Spare", "Zed"]]
    found = getattr(iam, LIST[kind])(**owner, PathPrefix="/x/")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in found] == ["Zed"]


@kinds
def test_errors_of_attachments_are_aws_s(company: Cast, client: Connect, kind: str) -> None:
    company.user("maker", "*")
    iam, owner = client("maker"), OWNERS[kind]
    attach, detach = getattr(iam, f"attach_{kind}_policy"), getattr(iam, f"detach_{kind}_policy")
    gone = SPARE + "s"
    unattachable = ("NoSuchEntity", 404, f"Policy {gone} does not exist or is not attachable.")
    assert error_of(attach, **owner, PolicyArn=gone) == unattachable
    assert error_of(detach, **owner, PolicyArn=gone) == ("NoSuchEntity", 404, f"Policy {gone} was not found.")
    for method in (attach, detach):
        nobody = ("NoSuchEntity", 404, f"The {kind} with name nobody cannot be found.")
        assert error_of(method, **NOBODY[kind], PolicyArn=SPARE) == nobody
        no_arn = ("ValidationError", 400, "ARN longpolicynamebutnoarn is not valid.")
        assert error_of(method, **owner, PolicyArn="longpolicynamebutnoarn") == no_arn
    short = "Value at 'policyArn' failed to satisfy constraint: Member must have length greater than or equal to 20"
    assert error_of(attach, **owner, PolicyArn="Spare") == (
        "ValidationError",
        400,
        f"1 validation error detected: {short}",
    )
    for number in range(10):
        attach(**owner, PolicyArn=company.policy(f"P{number}").arn)
    full = ("LimitExceeded", 409, f"Cannot exceed quota for PoliciesPer{kind.title()}: 10")
    assert error_of(attach, **owner, PolicyArn=SPARE) == full


def test_a_policy_that_names_the_arn_decides_what_may_be_attached(company: Cast, client: Connect) -> None:
    company.user("lead")
    condition = {"ArnEquals": {"iam:PolicyARN": SPARE}}
    company.inline("lead", "OnlySpare", "iam:AttachUserPolicy", Condition=condition)
    iam = client("lead")
    iam.attach_user_policy(UserName="erin", PolicyArn=SPARE)
    assert (
        error_of(iam.attach_user_policy, UserName="erin", PolicyArn=SPARE.replace("Spare", "Own"))[0] == "AccessDenied"
    )
    assert Attachment.objects.filter(identity__name="erin").count() == 1
