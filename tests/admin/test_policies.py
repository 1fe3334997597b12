import pytest

from policies_app.models import Policy, Role, User
from policies_app.operations import policy_versions
from tests.admin.pages import errors, filled, recorded, submit, url
from tests.factories import document

ARN = "arn:aws:iam::123456789012:policy/Buckets"
READ, WRITE = document("s3:GetObject"), document("s3:PutObject")


@pytest.fixture
def buckets(sample):
    return sample.policy("Buckets", text=READ)


def versions(policy):
    return [(version.version_id, version.is_default) for version in policy.versions.order_by("number")]


def test_policy_is_made_with_tags_and_attached(admin):
    submit(
        admin,
        url(Policy),
        name="Buckets",
        policy_document=READ,
        attachments=[{"identity": User.objects.get(name="bob").pk}, {"identity": Role.objects.get().pk}],
        tags=[{"key": "Team", "value": "Red"}],
    )
    assert Policy.objects.get(name="Buckets").versions.get().document.text == READ
    assert recorded() == [
        ("CreatePolicy", ARN, "success"),
        ("AttachUserPolicy", "arn:aws:iam::123456789012:user/bob", "success"),
        ("AttachRolePolicy", "arn:aws:iam::123456789012:role/ChimeSupport", "success"),
        ("TagPolicy", ARN, "success"),
    ]


def test_mistakes_in_the_document_are_told_and_the_text_is_kept(admin):
    response = submit(admin, url(Policy), name="Buckets", policy_document=READ.replace("Allow", "Perhaps"))
    assert "Line 5, column" in errors(response)
    assert "Perhaps" in response.content.decode()
    assert not Policy.objects.filter(name="Buckets").exists()


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "NaN", "\x00", "[" * 5000, '"\\ud800"', ""])
def test_text_that_is_no_policy_is_an_error_of_the_field(admin, text):
    response = submit(admin, url(Policy), name="Buckets", policy_document=text)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors.keys() == {"policy_document"}


def test_another_text_is_a_new_version_and_the_default(admin, buckets):
    submit(admin, url(buckets), policy_document=WRITE)
    assert versions(buckets) == [("v1", False), ("v2", True)]
    assert recorded() == [("CreatePolicyVersion", ARN, "success")]


def test_second_edit_of_a_policy_is_told_and_keeps_its_text(admin, buckets, sample):
    page = admin.get(url(buckets))
    policy_versions.create_policy_version(sample.system, policy_arn=ARN, policy_document=WRITE, set_as_default=True)
    response = admin.post(url(buckets), filled(page) | {"policy_document": document("s3:ListBucket")})
    assert "changed by somebody else" in errors(response)
    assert "s3:ListBucket" in response.content.decode()
    assert versions(buckets) == [("v1", False), ("v2", True)]


def test_a_version_is_made_default_and_another_deleted(admin, buckets):
    submit(admin, url(buckets), policy_document=WRITE)
    # Newest first: v2, v1.
    submit(admin, url(buckets), **{"versions-1-make_default": "on"})
    assert versions(buckets) == [("v1", True), ("v2", False)]
    submit(admin, url(buckets), **{"versions-0-DELETE": "on"})
    assert versions(buckets) == [("v1", True)]
    operations = ["CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"]
    assert recorded() == [(operation, ARN, "success") for operation in operations]


def test_sixth_version_is_refused(admin, buckets):
    for number in range(4):
        submit(admin, url(buckets), policy_document=document(f"s3:Get{number}*"))
    response = submit(admin, url(buckets), policy_document=WRITE)
    assert "up to 5 versions" in errors(response)
    assert recorded()[-1] == ("CreatePolicyVersion", ARN, "failed")


def test_entities_are_detached(admin, buckets, sample):
    sample.attach("bob", buckets)
    submit(admin, url(buckets), **{"attachments-0-DELETE": "on"})
    assert not buckets.attachments.exists()
    assert recorded() == [("DetachUserPolicy", "arn:aws:iam::123456789012:user/bob", "success")]


def test_policy_in_use_is_not_deleted_and_an_unused_one_is(admin, buckets, sample):
    sample.attach("bob", buckets)
    page = admin.post(url(buckets, "delete"), {"post": "yes"}, follow=True)
    assert "Cannot delete a policy attached to entities" in page.content.decode()
    buckets.attachments.get().delete()
    admin.post(url(buckets, "delete"), {"post": "yes"})
    assert recorded() == [("DeletePolicy", ARN, "failed"), ("DeletePolicy", ARN, "success")]


def test_aws_managed_policy_is_shown_but_nobody_changes_it(admin):
    policy = Policy.objects.get(name="AmazonChimeSDK")
    page = admin.get(url(policy))
    assert "chime:" in page.content.decode()
    assert "policy_document" not in page.context["adminform"].form.fields
    forged = filled(page) | {"policy_document": WRITE, "base_version_id": ""}
    assert admin.post(url(policy), forged).status_code in {200, 403}
    assert admin.post(url(policy, "delete"), {"post": "yes"}).status_code == 302
    assert policy.versions.count() == 1
    assert {(operation, outcome) for operation, _, outcome in recorded()} == {
        ("CreatePolicyVersion", "failed"),
        ("DeletePolicy", "failed"),
    }


def test_aws_managed_policy_is_attached_from_its_own_page(admin):
    policy = Policy.objects.get(name="AmazonChimeSDK")
    response = submit(admin, url(policy), attachments=[{"identity": User.objects.get(name="carol").pk}])
    assert response.status_code == 302
    assert policy.attachments.get().identity.name == "carol"


def test_list_finds_by_name_and_scope(admin, buckets):
    for query, found in [({"q": "chimesd"}, ["AmazonChimeSDK"]), ({"q": "bucket", "scope": "local"}, ["Buckets"])]:
        response = admin.get(url(Policy, "list"), query)
        assert [row.name for row in response.context["cl"].result_list] == found
