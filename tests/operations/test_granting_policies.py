"""`ListPoliciesGrantingServiceAccess`: which policies lead to a service."""

from collections.abc import Callable
from typing import Any

import pytest

from policies_app.models import Event, IdentityKind
from policies_app.operations import attachments, events, inline_policies, users
from policies_app.operations.errors import AccessDenied, InvalidInput, NoSuchEntity
from policies_app.operations.granting_policies import GrantingPolicy, list_policies_granting_service_access
from policies_app.operations.last_accessed import generate_service_last_accessed_details
from tests.factories import ACCOUNT, Cast, call_of, document

BUT_IAM = document("iam:*").replace('"Action"', '"NotAction"')
DANA = f"arn:aws:iam::{ACCOUNT}:user/dana"


def asked(cast: Cast, *services: str, arn: str = DANA) -> dict[str, list[GrantingPolicy]]:
    return list_policies_granting_service_access(cast.system, arn=arn, service_namespaces=services)


def granting(cast: Cast, *services: str, **options: Any) -> dict[str, list[str]]:
    return {service: [each.name for each in found] for service, found in asked(cast, *services, **options).items()}


def test_inline_managed_and_group_policies_are_told_apart(cast: Cast) -> None:
    cast.user("dana", "s3:GetObject")
    cast.attach("dana", cast.policy("Buckets", "s3:*"))
    cast.group("devs", "dana")
    text = document("s3:List*")
    inline_policies.put_group_policy(cast.system, group_name="devs", policy_name="Lists", policy_document=text)
    assert asked(cast, "s3")["s3"] == [
        GrantingPolicy("Buckets", f"arn:aws:iam::{ACCOUNT}:policy/Buckets", None, None),
        GrantingPolicy("Given", None, IdentityKind.USER, "dana"),
        GrantingPolicy("Lists", None, IdentityKind.GROUP, "devs"),
    ]


def test_a_service_is_found_behind_wildcards_and_exclusions(cast: Cast) -> None:
    cast.user("dana")
    cast.inline("dana", "All", "*")
    cast.inline("dana", "Reads", "s3:Get*")
    cast.attach("dana", cast.policy("But", text=BUT_IAM))
    assert granting(cast, "s3", "iam", "ec2") == {
        "s3": ["But", "All", "Reads"],
        "iam": ["All"],
        "ec2": ["But", "All"],
    }


def test_what_denies_or_caps_grants_nothing(cast: Cast) -> None:
    cast.user("dana")
    cast.inline("dana", "Never", "s3:*", effect="Deny")
    boundary = cast.policy("Cap", "s3:*")
    attachments.put_user_permissions_boundary(cast.system, user_name="dana", permissions_boundary=boundary.arn)
    assert granting(cast, "s3") == {"s3": []}


def test_a_service_of_no_catalog_is_found_by_its_name(cast: Cast) -> None:
    cast.user("dana", "inhouse:Deploy")
    assert granting(cast, "inhouse", "s3") == {"inhouse": ["Given"], "s3": []}


def test_groups_and_roles_have_their_own(company: Cast) -> None:
    devs, builder = f"arn:aws:iam::{ACCOUNT}:group/devs", f"arn:aws:iam::{ACCOUNT}:role/builder"
    assert granting(company, "s3", arn=devs) == {"s3": ["Own", "Inline"]}
    assert asked(company, "s3", arn=builder)["s3"][1] == GrantingPolicy("Inline", None, IdentityKind.ROLE, "builder")


def test_who_may_not_ask_learns_nothing_of_who_is_there(company: Cast) -> None:
    nobody = call_of(company.user("nobody"))
    for arn in (DANA, DANA + "x"):
        with pytest.raises(AccessDenied):
            list_policies_granting_service_access(nobody, arn=arn, service_namespaces=["s3"])
    events.reads.flush()
    assert set(Event.objects.filter(principal__endswith="nobody").values_list("outcome", flat=True)) == {"refused"}


@pytest.mark.parametrize(
    ("arn", "error"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/nobody", NoSuchEntity),
        (f"arn:aws:iam::{ACCOUNT}:user/eng/dana", NoSuchEntity),
        (f"arn:aws:iam::{ACCOUNT}:policy/Own", InvalidInput),
        ("a-text-of-twenty-signs", InvalidInput),
    ],
)
def test_an_arn_of_nobody_is_an_error(company: Cast, arn: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        asked(company, "s3", arn=arn)


@pytest.mark.parametrize("path", ["/", "/hidden/"])
@pytest.mark.parametrize("perform", [list_policies_granting_service_access, generate_service_last_accessed_details])
def test_a_refusal_names_what_was_asked_for_whether_it_is_there_or_not(
    cast: Cast, path: str, perform: Callable[..., Any]
) -> None:
    call = call_of(cast.user("dana"))
    users.create_user(cast.system, user_name="there", path=path)
    services = {"service_namespaces": ["s3"]} if perform is list_policies_granting_service_access else {}
    for name in ("there", "absent"):
        arn = f"arn:aws:iam::{ACCOUNT}:user{path}{name}"
        with pytest.raises(AccessDenied) as refusal:
            perform(call, arn=arn, **services)
        assert refusal.value.decision.request.resource == arn
