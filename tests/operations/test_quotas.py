"""AWS's quotas, each at its edge. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

import json

import pytest

from policies_app.models import Attachment, InlinePolicy, Membership, PolicyVersion
from policies_app.operations import attachments, groups, inline_policies, policy_versions, roles, tags
from policies_app.operations.errors import LimitExceeded
from tests.factories import TRUST, Cast, document


def document_of(size: int) -> str:
    """A valid document of so many characters, white space not counted."""
    bucket = "arn:aws:s3:::"
    filler = size - len("".join(document("s3:GetObject", resource=bucket).split()))
    return json.dumps(json.loads(document("s3:GetObject", resource=bucket + "b" * filler)), indent=8)


def test_an_identity_takes_10_managed_policies(cast: Cast) -> None:
    cast.user("dana")
    for number in range(10):
        cast.attach("dana", cast.policy(f"P{number}"))
    eleventh = cast.policy("P10")
    with pytest.raises(LimitExceeded, match="PoliciesPerUser: 10"):
        cast.attach("dana", eleventh)
    assert Attachment.objects.count() == 10


def test_attaching_again_counts_once(cast: Cast) -> None:
    cast.user("dana")
    policy = cast.policy("Own")
    cast.attach("dana", policy)
    cast.attach("dana", policy)
    assert Attachment.objects.count() == 1


def test_a_user_is_in_10_groups(cast: Cast) -> None:
    cast.user("dana")
    for number in range(10):
        cast.group(f"g{number}", "dana")
    cast.group("g10")
    with pytest.raises(LimitExceeded, match="GroupsPerUser: 10"):
        groups.add_user_to_group(cast.system, group_name="g10", user_name="dana")
    assert Membership.objects.count() == 10


def test_a_policy_has_5_versions_and_never_a_number_twice(cast: Cast) -> None:
    arn = cast.policy("Own").arn
    for _ in range(4):
        policy_versions.create_policy_version(cast.system, policy_arn=arn, policy_document=document("s3:*"))
    with pytest.raises(LimitExceeded, match="up to 5 versions"):
        policy_versions.create_policy_version(cast.system, policy_arn=arn, policy_document=document("s3:*"))
    policy_versions.delete_policy_version(cast.system, policy_arn=arn, version_id="v5")
    policy_versions.create_policy_version(cast.system, policy_arn=arn, policy_document=document("s3:*"))
    assert sorted(PolicyVersion.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 6]


def test_a_managed_policy_has_6144_characters_without_white_space(cast: Cast) -> None:
    cast.policy("Full", text=document_of(6144))
    with pytest.raises(LimitExceeded, match="PolicySize: 6144"):
        cast.policy("Over", text=document_of(6145))


@pytest.mark.parametrize(("kind", "quota"), [("user", 2048), ("group", 5120), ("role", 10240)])
def test_inline_policies_of_an_identity_share_a_quota(cast: Cast, kind: str, quota: int) -> None:
    getattr(cast, kind)("it")
    put = getattr(inline_policies, f"put_{kind}_policy")
    named = {f"{kind}_name": "it"}
    put(cast.system, **named, policy_name="A", policy_document=document_of(quota - 1000))
    put(cast.system, **named, policy_name="B", policy_document=document_of(1000))
    with pytest.raises(LimitExceeded, match=f"{quota} bytes"):
        put(cast.system, **named, policy_name="B", policy_document=document_of(1001))
    assert InlinePolicy.objects.count() == 2


def test_replacing_an_inline_policy_frees_its_characters(cast: Cast) -> None:
    cast.user("dana")
    for _ in range(2):
        inline_policies.put_user_policy(
            cast.system, user_name="dana", policy_name="A", policy_document=document_of(2048)
        )
    assert InlinePolicy.objects.count() == 1


def test_a_resource_has_50_tags(cast: Cast) -> None:
    cast.user("dana")
    fifty = [{"Key": f"k{number}", "Value": "v"} for number in range(50)]
    tags.tag_user(cast.system, user_name="dana", tags=fifty)
    tags.tag_user(cast.system, user_name="dana", tags=[{"Key": "K1", "Value": "new"}])
    with pytest.raises(LimitExceeded, match="TagsPerResource: 50"):
        tags.tag_user(cast.system, user_name="dana", tags=[{"Key": "one-more", "Value": "v"}])
    assert dict(tags.list_user_tags(cast.system, user_name="dana"))["K1"] == "new"


def test_a_trust_policy_has_2048_characters(cast: Cast) -> None:
    principals = [f"arn:aws:iam::123456789012:user/{number:060}" for number in range(30)]
    trust = json.dumps(
        json.loads(TRUST)
        | {"Statement": [{"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}]}
    )
    with pytest.raises(LimitExceeded, match="ACLSizePerRole: 2048"):
        roles.create_role(cast.system, role_name="it", assume_role_policy_document=trust)


def test_detached_policy_may_be_replaced(cast: Cast) -> None:
    cast.user("dana")
    made = [cast.policy(f"P{number}") for number in range(11)]
    for policy in made[:10]:
        cast.attach("dana", policy)
    attachments.detach_user_policy(cast.system, user_name="dana", policy_arn=made[0].arn)
    cast.attach("dana", made[10])
    assert Attachment.objects.count() == 10
