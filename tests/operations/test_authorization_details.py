"""`GetAccountAuthorizationDetails`: everything, once, in as many queries whatever the size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from console.api.actions.authorization_details import output
from policies_app.models import Identity, Policy
from policies_app.operations import attachments, instance_profiles, policies
from policies_app.operations.authorization_details import AuthorizationDetails, get_account_authorization_details
from policies_app.operations.errors import InvalidInput
from tests.factories import Cast, call_of

CHIME = "arn:aws:iam::aws:policy/AmazonChimeReadOnly"


def names(details: AuthorizationDetails) -> list[str]:
    rows: list[Identity | Policy] = [*details.users, *details.groups, *details.roles, *details.policies]
    return [row.name for row in rows]


def counts(policy: Policy) -> tuple[int, int]:
    facts = policies.facts(policy)
    return facts.attachment_count, facts.boundary_count


def test_a_user_comes_with_groups_policies_and_boundary(company: Cast) -> None:
    dana = get_account_authorization_details(call_of(company.user("auditor", "*"))).users[1]
    assert [group.name for group in dana.groups.all()] == ["devs"]
    assert [attachment.policy.name for attachment in dana.attachments.all()] == ["Own"]
    assert [policy.name for policy in dana.inline_policies.all()] == ["Inline"]
    assert dana.boundary is not None


def test_pages_of_one_hold_everything_once(company: Cast, chime_read_only: None) -> None:
    attachments.attach_user_policy(company.system, user_name="erin", policy_arn=CHIME)
    call = call_of(company.user("auditor", "*"))
    whole = get_account_authorization_details(call, max_items=1000)
    page = get_account_authorization_details(call, max_items=1)
    found = names(page)
    while page.next:
        page = get_account_authorization_details(call, marker=page.next, max_items=1)
        found += names(page)
    assert found == names(whole)
    assert len(set(found)) == len(found) > 9
    assert (found[0], found[-1]) == ("auditor", "AmazonChimeReadOnly")


def test_policies_of_aws_that_nobody_uses_are_left_out(company: Cast, chime_read_only: None) -> None:
    call = call_of(company.user("auditor", "*"))
    assert names(get_account_authorization_details(call, filter=["AWSManagedPolicy"])) == []
    attachments.put_user_permissions_boundary(company.system, user_name="erin", permissions_boundary=CHIME)
    (policy,) = get_account_authorization_details(call, filter=["AWSManagedPolicy"]).policies
    assert counts(policy) == (0, 1)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("User", "auditor dana erin"),
        ("Group", "devs empty"),
        ("Role", "AWSServiceRoleForECS builder idle"),
        ("LocalManagedPolicy", "Own Spare"),
    ],
)
def test_a_filter_leaves_one_kind(company: Cast, kind: str, expected: str) -> None:
    call = call_of(company.user("auditor", "*"))
    assert names(get_account_authorization_details(call, filter=[kind])) == expected.split()


def test_counts_are_of_the_account_s_identities(company: Cast) -> None:
    own, spare = get_account_authorization_details(call_of(company.user("auditor", "*"))).policies
    assert counts(own) == (3, 2)
    assert counts(spare) == (0, 0)
    assert [version.version_id for version in own.versions.all()] == ["v2", "v1"]


def test_more_rows_take_no_more_queries(company: Cast) -> None:
    call = call_of(company.user("auditor", "*"))
    output(get_account_authorization_details(call))
    with CaptureQueriesContext(connection) as few:
        output(get_account_authorization_details(call))
    for number in range(9):
        company.group(f"group{number}", "dana")
        company.role(f"role{number}")
        box = instance_profiles.create_instance_profile(company.system, instance_profile_name=f"box{number}")
        instance_profiles.add_role_to_instance_profile(
            company.system, instance_profile_name=box.name, role_name=f"role{number}"
        )
        company.attach("dana" if number < 5 else "erin", company.policy(f"Policy{number}"))
    with CaptureQueriesContext(connection) as many:
        output(get_account_authorization_details(call))
    assert len(few) == len(many)


@pytest.mark.parametrize("marker", ["x", "User", "User:x", "Nothing:a:1"])
def test_a_marker_that_was_never_given_is_refused(company: Cast, marker: str) -> None:
    with pytest.raises(InvalidInput, match="Marker"):
        get_account_authorization_details(call_of(company.user("auditor", "*")), marker=marker)
