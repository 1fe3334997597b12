import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Attachment, Event, Identity, Policy, User
from policies_app.operations import attachments, groups, policies, policy_versions, users
from policies_app.operations import tags as tag_operations
from policies_app.operations.events import reads
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import Cast, document

OWN = "/policies/local/ViewOwnPermissions/"
CHIME = "/policies/aws/AmazonChimeReadOnly/"


def outcomes(operation: str) -> list[str]:
    return list(
        Event.objects.filter(operation=operation)
        .exclude(principal__contains=":system/")
        .values_list("outcome", flat=True)
    )


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


# Create


def test_create_from_the_template_and_attach_in_two_clicks(admin: Client):
    form = admin.get("/policies/~create/?template=change_own_password").context["form"].initial
    response = admin.post("/policies/~create/", form)
    assert response["Location"] == "/policies/local/ChangeOwnPassword/~attach/"
    offer = admin.get(response["Location"]).text
    assert '<input type="hidden" name="name" value="bob">' in offer
    admin.post(response["Location"], {"kind": "user", "name": "bob"})
    policy = Policy.objects.get(name="ChangeOwnPassword")
    assert [attachment.identity.name for attachment in policy.attachments.all()] == ["bob"]
    assert outcomes("CreatePolicy") + outcomes("AttachUserPolicy") == ["success", "success"]


def test_create_keeps_path_description_and_tags(admin: Client):
    more = {"path": "/dev/", "description": "For tests.", "tags": "team=blue\r\nempty="}
    admin.post("/policies/~create/", {"policy_name": "New", "policy_document": document("s3:GetObject")} | more)
    policy = Policy.objects.get(name="New")
    assert (policy.path, policy.description) == ("/dev/", "For tests.")
    assert set(policy.tags.values_list("key", "value")) == {("team", "blue"), ("empty", "")}


def test_any_policy_can_be_copied(admin: Client):
    page = admin.get("/policies/~create/?from=arn:aws:iam::aws:policy/AmazonChimeSDK")
    assert page.context["form"]["policy_name"].value() == "AmazonChimeSDK-copy"
    assert "chime:" in page.context["form"]["policy_document"].value()


def test_copy_of_what_may_not_be_read_is_refused(carol: Client, sample: Cast):
    sample.inline("carol", "Create", "iam:CreatePolicy")
    response = carol.get("/policies/~create/?from=arn:aws:iam::aws:policy/AmazonChimeSDK")
    assert response.status_code == 403
    assert "iam:GetPolicy" in response.text


@pytest.mark.parametrize("arn", ["nonsense", "arn:aws:iam::aws:policy/Nope", "\x00", "x" * 3000])
def test_copy_of_nothing_is_an_answer(admin: Client, arn: str):
    assert admin.get("/policies/~create/", {"from": arn}).status_code in {400, 404}


def test_create_with_a_mistake_keeps_all_that_was_typed(admin: Client):
    text = document("s3:GetObject").replace("Allow", "Alow")
    response = admin.post("/policies/~create/", {"policy_name": "New", "description": "Mine.", "policy_document": text})
    assert response.status_code == 422
    assert "line 5, column" in response.text
    assert 'value="Mine."' in response.text
    assert "Alow" in response.text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"policy_name": "a b"}, "policyName"),
        ({"policy_name": "viewownpermissions"}, "already exists"),
        ({"path": "dev"}, "&#x27;path&#x27;"),
        ({"tags": "novalue"}, "key=value"),
        ({"tags": "a=1\nA=2"}, "twice"),
        ({"policy_document": document(*[f"s3:Get{n:04}" for n in range(600)])}, "at most 6,144"),
        ({"policy_document": document("s3:GetObject") + " " * 140_000}, "at most 131,072"),
    ],
)
def test_create_says_what_is_wrong_beside_the_field(admin: Client, typed: dict[str, str], message: str):
    response = admin.post(
        "/policies/~create/", {"policy_name": "New", "policy_document": document("s3:GetObject")} | typed
    )
    assert response.status_code == 422
    assert message in response.text
    assert Policy.objects.filter(account__isnull=False).count() == 1


def test_text_that_is_too_long_says_where_the_rest_begins(admin: Client):
    """White space does not count, and what only looks like it does."""
    text = "\n".join(["\xa0" * 1_000 + "  "] * 7)
    response = admin.post("/policies/~create/", {"policy_name": "New", "policy_document": text})
    assert "The policy has 7,000 characters without white space; at most 6,144 fit." in response.text
    assert "What does not begins at line 7, column 145." in response.text


def test_create_without_permission_leaves_no_policy_and_keeps_the_text(alice: Client):
    assert alice.get("/policies/~create/").status_code == 403
    response = alice.post("/policies/~create/", {"policy_name": "New", "policy_document": document("s3:GetObject")})
    assert response.status_code == 403
    assert "s3:GetObject" in response.text
    assert not Policy.objects.filter(name="New").exists()
    assert outcomes("CreatePolicy") == ["refused"]


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


# Attached to


def test_entities_are_detached_from_the_policys_side(admin: Client):
    assert "alice" in admin.get(f"{OWN}~entities/").text
    response = admin.post(f"{OWN}~detach/", {"kind": "user", "name": "alice"}, follow=True)
    assert "Detached" in response.text
    assert "Attached to nothing" in response.text
    assert outcomes("DetachUserPolicy") == ["success"]


def test_entities_come_in_pages_that_go_both_ways(admin: Client, sample: Cast):
    own = sample.policy("Shared")
    for number in range(30):
        sample.user(f"member{number:02}")
        sample.attach(f"member{number:02}", own)
    address = "/policies/local/Shared/~entities/"
    first = admin.get(address)
    assert ("member24" in first.text, "member25" in first.text) == (True, False)
    second = admin.get(address + first.context["next_url"], headers={"HX-Request": "true"})
    assert ("<html" in second.text, "member24" in second.text, "member29" in second.text) == (False, False, True)
    assert "member00" in admin.get(address + second.context["previous_url"]).text
    assert [admin.get(f"{address}?{query}").status_code for query in ("usage=Mars", "marker=x")] == [400, 400]


def test_those_whose_boundary_it_is_are_listed_apart(admin: Client, sample: Cast):
    own = sample.policy("Ceiling")
    attachments.put_user_permissions_boundary(sample.system, user_name="bob", permissions_boundary=own.arn)
    address = "/policies/local/Ceiling/~entities/"
    assert "Attached to nothing" in admin.get(address).text
    assert "/users/bob/" in admin.get(f"{address}?usage=PermissionsBoundary").text


def test_entities_are_narrowed_by_kind_and_name(admin: Client):
    for kind, name in [("user", "carol"), ("group", "ChimeUserManagers"), ("role", "ChimeSupport")]:
        admin.post(f"{OWN}~attach/", {"kind": kind, "name": name})

    def names(query: str) -> list[str]:
        return [row["identity"].name for row in admin.get(f"{OWN}~entities/?{query}").context["rows"]]

    assert names("") == ["alice", "carol", "ChimeSupport", "ChimeUserManagers"]
    assert names("kind=role") == ["ChimeSupport"]
    assert names("q=CHIME") == ["ChimeSupport", "ChimeUserManagers"]
    assert names("q=chime&kind=group") == ["ChimeUserManagers"]
    assert "Nobody matches" in admin.get(f"{OWN}~entities/?q=nobody").text


def test_boundary_is_removed_from_the_policys_side(admin: Client, sample: Cast):
    own = sample.policy("Ceiling")
    attachments.put_user_permissions_boundary(sample.system, user_name="bob", permissions_boundary=own.arn)
    address = "/policies/local/Ceiling/~entities/?usage=PermissionsBoundary"
    assert "Used as boundary by 1" in admin.get(address).text
    sent = {"kind": "user", "name": "bob", "usage": "PermissionsBoundary"}
    response = admin.post("/policies/local/Ceiling/~detach/", sent, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert "is no longer the permissions boundary of the user" in response.text
    assert User.objects.get(name="bob").boundary is None
    assert outcomes("DeleteUserPermissionsBoundary") == ["success"]


def test_a_boundary_that_somebody_set_meanwhile_stays(admin: Client, sample: Cast):
    sample.policy("Ceiling")
    other = sample.policy("Other")
    attachments.put_user_permissions_boundary(sample.system, user_name="bob", permissions_boundary=other.arn)
    sent = {"kind": "user", "name": "bob", "usage": "PermissionsBoundary"}
    admin.post("/policies/local/Ceiling/~detach/", sent)
    assert User.objects.get(name="bob").boundary == other


def test_a_thousand_entities_are_a_page_like_one(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    address = f"{OWN}~entities/"
    admin.get(address)
    with CaptureQueriesContext(connection) as few:
        admin.get(address)
    policy = Policy.objects.get(name="ViewOwnPermissions")
    roles = [sample.role("r0")]
    identities = Identity.objects.bulk_create(
        Identity(account=sample.account, kind="group", name=f"g{number:04}", unique_id=f"AGPA{number:017}")
        for number in range(1000)
    )
    Attachment.objects.bulk_create(Attachment(identity=each, policy=policy) for each in [*identities, *roles])
    with django_assert_num_queries(len(few)):
        page = admin.get(address)
    assert len(page.context["rows"]) == 25
    assert "Attached to 1,002" in page.text


@pytest.mark.parametrize(
    ("kind", "name"), [("user", "carol"), ("group", "ChimeUserManagers"), ("role", "ChimeSupport")]
)
def test_attach_to_each_kind(admin: Client, kind: str, name: str):
    assert name in admin.get(f"{OWN}~attach/", {"kind": kind}).text
    admin.post(f"{OWN}~attach/", {"kind": kind, "name": name})
    assert name in admin.get(f"{OWN}~entities/").text
    assert outcomes(f"Attach{kind.capitalize()}Policy") == ["success"]


def test_attached_already_is_shown_and_search_narrows(admin: Client):
    page = admin.get(f"{OWN}~attach/?q=ALI", headers={"HX-Request": "true"}).text
    assert "Attached" in page
    assert "bob" not in page
    assert "<html" not in page


def test_attach_beyond_the_quota_is_told(admin: Client, sample: Cast):
    for number in range(attachments.ATTACHED_PER_IDENTITY):
        sample.attach("carol", sample.policy(f"Policy{number}"))
    response = admin.post(f"{OWN}~attach/", {"kind": "user", "name": "carol"})
    assert response.status_code == 422
    assert "PoliciesPerUser" in response.text


def test_attach_and_detach_without_permission_change_nothing(carol: Client, sample: Cast):
    sample.inline("carol", "Read", "iam:GetPolicy")
    assert carol.post(f"{OWN}~attach/", {"kind": "user", "name": "carol"}).status_code == 403
    assert carol.post(f"{OWN}~detach/", {"kind": "user", "name": "alice"}).status_code == 403
    assert Policy.objects.get(name="ViewOwnPermissions").attachments.count() == 1
    assert outcomes("AttachUserPolicy") + outcomes("DetachUserPolicy") == ["refused", "refused"]


@pytest.mark.parametrize(
    "row",
    [{}, {"kind": "planet", "name": "mars"}, {"kind": "user", "name": "\x00"}, {"kind": "user", "name": "nobody"}],
)
def test_attach_to_nobody_is_told(admin: Client, row: dict[str, str]):
    assert admin.post(f"{OWN}~attach/", row).status_code == 422


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


def test_template_names_are_those_of_the_shipped_templates(admin: Client):
    page = admin.get("/policies/~create/").text
    assert all(f'value="template:{slug}"' in page for slug in POLICY_TEMPLATES)
