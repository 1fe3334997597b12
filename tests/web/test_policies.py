import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Policy
from policies_app.operations import attachments, groups, policies, policy_versions, users
from policies_app.operations import tags as tag_operations
from policies_app.operations.events import reads
from tests.factories import Cast, document
from tests.web.recorded import outcomes

OWN = "/policies/local/ViewOwnPermissions/"
CHIME = "/policies/aws/AmazonChimeReadOnly/"

# The list


def test_list_tells_whose_each_policy_is_and_how_often_attached(admin: Client):
    page = admin.get("/policies/").text
    assert f'<a href="{OWN}">ViewOwnPermissions</a>' in page
    assert "AmazonChimeReadOnly is attached to 2" in page


@pytest.mark.parametrize(
    ("scope", "there", "absent"),
    [
        ("AWS", "AmazonChimeSDK", "ViewOwnPermissions"),
        ("Local", "ViewOwnPermissions", "AmazonChimeSDK"),
    ],
)
def test_list_is_narrowed_by_type(admin: Client, scope: str, there: str, absent: str):
    page = admin.get("/policies/", {"scope": scope}).text
    assert there in page
    assert absent not in page


def test_search_as_you_type_swaps_the_rows_alone(admin: Client):
    response = admin.get("/policies/?q=chimeSDK", headers={"HX-Request": "true"})
    assert "<html" not in response.text
    assert "AmazonChimeSDK" in response.text
    assert "AdministratorAccess" not in response.text


def test_pages_go_both_ways_with_the_filters_kept(admin: Client, sample: Cast):
    for number in range(60):
        sample.policy(f"Sample{number:02}")
    first = admin.get("/policies/?scope=Local").text
    onwards = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = admin.get(f"/policies/{onwards}").text
    assert "scope=Local" in onwards
    assert "Sample49" in first
    assert "Sample50" in second
    back = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Sample00" in admin.get(f"/policies/{back}").text


def test_nothing_found_says_what_to_do(admin: Client):
    assert "Nothing matches" in admin.get("/policies/?q=zzz").text


def test_list_without_permission_names_the_action(carol: Client):
    response = carol.get("/policies/")
    assert response.status_code == 403
    assert "iam:ListPolicies" in response.text
    assert outcomes("ListPolicies") == ["refused"]


# One policy


def test_detail_shows_the_document_in_force_with_numbered_lines_and_a_summary(admin: Client):
    page = admin.get(OWN).text
    assert 'id="L5"' in page
    assert "ViewOwnUserInfo" in page
    assert "Limited: List, Read" in page


def test_aws_managed_policy_can_only_be_read_and_copied(admin: Client):
    page = admin.get(CHIME).text
    assert "Clone" in page
    assert "~edit/" not in page
    assert "~delete/" not in page
    assert admin.get(f"{CHIME}~edit/")["Location"].startswith("/policies/~create/?from=")


def test_policy_on_a_path_is_found_by_its_name_alone(admin: Client, sample: Cast):
    text = document("s3:GetObject")
    policies.create_policy(sample.system, policy_name="Deep", path="/a/b/", policy_document=text)
    assert "policy/a/b/Deep" in admin.get("/policies/local/deep/").text.replace("<wbr>", "")


def test_document_is_refused_apart_from_the_policy(carol: Client, sample: Cast):
    sample.inline("carol", "Read", "iam:GetPolicy")
    response = carol.get(OWN)
    assert response.status_code == 200
    assert "iam:GetPolicyVersion" in response.text
    assert "ViewOwnUserInfo" not in response.text


@pytest.mark.parametrize(
    "tab", ["", "~versions/", "~entities/", "~tags/", "~events/", "~attach/", "~edit/", "~delete/"]
)
def test_every_tab_is_refused_with_the_policy(carol: Client, tab: str):
    response = carol.get(OWN + tab)
    assert response.status_code == 403
    assert "iam:GetPolicy" in response.text


def test_absent_policy_is_not_found_and_looks_refused_to_who_may_not_read(admin: Client, carol: Client):
    assert admin.get("/policies/local/Nope/").status_code == 404
    assert carol.get("/policies/local/Nope/").status_code == 403
    assert admin.get("/policies/mars/Nope/").status_code == 404


# Tags


def row(key: str, value: str = "", *, shown: str = "") -> dict[str, str]:
    """The form with one row, which showed the tag `shown` with the value "blue" at first, or none."""
    counts = {"tags-TOTAL_FORMS": "1", "tags-INITIAL_FORMS": "1" if shown else "0"}
    typed = {"tags-0-key": key, "tags-0-value": value}
    return counts | typed | ({"tags-0-shown_key": shown, "tags-0-shown_value": "blue"} if shown else {})


def test_tags_are_set_and_removed(admin: Client):
    response = admin.post(f"{OWN}~tags/", row("team", "blue"), follow=True)
    assert "Changed the tags of" in response.text
    assert 'value="blue"' in response.text
    admin.post(f"{OWN}~tags/", row("", shown="team"))
    assert 'value="team"' not in admin.get(f"{OWN}~tags/").text
    assert outcomes("TagPolicy") + outcomes("UntagPolicy") == ["success", "success"]


@pytest.mark.parametrize("tag", [("", "x"), ("<b>", "x"), ("k\x00", ""), ("k" * 129, "")])
def test_bad_tag_is_said_to_be_bad(admin: Client, tag: tuple[str, str]):
    assert admin.post(f"{OWN}~tags/", row(*tag)).status_code == 422


def test_tags_without_permission_stay_as_they_are(carol: Client, sample: Cast):
    policy = Policy.objects.get(name="ViewOwnPermissions")
    tag_operations.tag_policy(sample.system, policy_arn=policy.arn, tags=[{"Key": "team", "Value": "blue"}])
    sample.inline("carol", "Read", "iam:GetPolicy")
    assert carol.post(f"{OWN}~tags/", row("team", "red", shown="team")).status_code == 403
    assert carol.post(f"{OWN}~tags/", row("", shown="team")).status_code == 403
    assert list(policy.tags.values_list("key", "value")) == [("team", "blue")]
    assert outcomes("TagPolicy") + outcomes("UntagPolicy") == ["refused", "refused"]


# Events and deletion


def test_events_of_the_policy_alone(admin: Client, sample: Cast):
    sample.policy("Other")
    page = admin.get(f"{OWN}~events/").text
    assert "CreatePolicy" in page
    assert "policy/Other" not in page.replace("<wbr>", "")
    assert admin.get(f"{OWN}~events/?marker=x").status_code == 400


def test_delete_asks_for_the_name_and_takes_the_versions_along(admin: Client, sample: Cast):
    policy = sample.policy("Old")
    policy_versions.create_policy_version(
        sample.system, policy_arn=policy.arn, policy_document=document("s3:PutObject")
    )
    page = admin.get("/policies/local/Old/~delete/").text
    assert "Version v2" in page
    assert admin.post("/policies/local/Old/~delete/?version=v2", {"typed_name": "New"}).status_code == 422
    response = admin.post("/policies/local/Old/~delete/?version=v2", {"typed_name": "Old"}, follow=True)
    assert "Deleted the policy Old" in response.text
    assert not Policy.objects.filter(name="Old").exists()
    assert outcomes("DeletePolicyVersion") + outcomes("DeletePolicy") == ["success", "success"]


def test_version_that_nobody_was_shown_stops_the_deletion(admin: Client, sample: Cast):
    policy = sample.policy("Old")
    policy_versions.create_policy_version(
        sample.system, policy_arn=policy.arn, policy_document=document("s3:PutObject")
    )
    response = admin.post("/policies/local/Old/~delete/", {"typed_name": "Old"})
    assert response.status_code == 422
    assert "more than one version" in response.text


def test_attached_policy_is_not_deleted_and_shows_the_way(admin: Client):
    assert "In the way" in admin.get(f"{OWN}~delete/").text
    assert admin.post(f"{OWN}~delete/", {"typed_name": "ViewOwnPermissions"}).status_code == 422
    assert Policy.objects.filter(name="ViewOwnPermissions").exists()


def test_what_a_policy_is_still_used_for_is_said_as_it_is(admin: Client, sample: Cast):
    policy = sample.policy("Cap")
    attachments.put_user_permissions_boundary(sample.system, user_name="bob", permissions_boundary=policy.arn)
    page = admin.get("/policies/local/Cap/~delete/").text
    assert "Permissions boundary of the user bob" in page
    assert "Attached to" not in page
    attachments.attach_user_policy(sample.system, user_name="bob", policy_arn=policy.arn)
    page = admin.get("/policies/local/Cap/~delete/").text
    assert "Permissions boundary of the user bob" in page
    assert "Attached to the user bob" in page


def test_delete_without_permission_leaves_the_policy_and_its_versions(carol: Client, sample: Cast):
    policy = sample.policy("Old")
    policy_versions.create_policy_version(
        sample.system, policy_arn=policy.arn, policy_document=document("s3:PutObject")
    )
    sample.inline("carol", "Most", "iam:GetPolicy", "iam:DeletePolicyVersion")
    assert carol.post("/policies/local/Old/~delete/?version=v2", {"typed_name": "Old"}).status_code == 403
    assert policy.versions.count() == 2
    assert outcomes("DeletePolicy") == ["refused"]


# By action


def test_summary_leads_from_a_service_to_its_actions(admin: Client):
    assert '<a href="?service=iam#actions">AWS Identity and Access Management (IAM)</a>' in admin.get(OWN).text
    page = admin.get(f"{OWN}?service=iam").text
    assert "<code>iam:ListGroupsForUser</code>" in page
    assert "iam:CreateUser" not in page


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("sqs", "Nothing of Amazon SQS is allowed"),
        ("nope", "no service <code>nope</code>"),
        ("\x00", "no service"),
        ("x" * 999, "no"),
    ],
)
def test_service_of_which_nothing_is_allowed_is_said_to_be_so(admin: Client, service: str, said: str):
    assert said in admin.get(OWN, {"service": service}).text


def test_thousands_of_rows_are_cut(admin: Client, sample: Cast):
    resources = [f"arn:aws:ec2:*:*:instance/i-{n}" for n in range(60)]
    statements = [{"Effect": "Allow", "Action": "ec2:*", "Resource": resource} for resource in resources]
    sample.policy("Wide", text=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    page = admin.get("/policies/local/Wide/?service=ec2").text
    assert page.count("<tr>") < 1_100
    assert "1000 of " in page


# Cost


@pytest.mark.parametrize(
    ("address", "most"),
    [("/policies/", 8), (OWN, 12), (f"{OWN}~entities/", 9), (f"{OWN}~attach/", 10), (f"{OWN}~delete/", 12)],
)
def test_queries_do_not_grow_with_the_rows(
    admin: Client, sample: Cast, address: str, most: int, django_assert_max_num_queries: DjangoAssertNumQueries
):
    own = Policy.objects.get(name="ViewOwnPermissions")
    for number in range(20):
        sample.policy(f"Policy{number}")
        sample.attach(users.create_user(sample.system, user_name=f"user{number}").name, own)
        groups.create_group(sample.system, group_name=f"group{number}")
    reads.flush()
    with django_assert_max_num_queries(most):
        admin.get(address)
