"""The page of one event: what it tells, what changed before and after, and what of it who may read."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Event, User
from policies_app.operations import events, groups, inline_policies, policies, policy_versions, roles, users
from policies_app.operations.accounts import create_account
from tests.factories import TRUST, Cast, call_of, document


def url_of(**wanted: str) -> str:
    """The page of the only event of that kind."""
    return f"/events/{Event.objects.get(**wanted).sequence}/"


def test_the_page_of_an_event_tells_everything(admin: Client) -> None:
    event = Event.objects.get(operation="CreateGroup")
    page = admin.get(f"/events/{event.sequence}/").text
    assert all(text in page for text in (event.hash, event.previous_hash, "Verified", "ChimeUserManagers"))
    assert 'href="/groups/ChimeUserManagers/"' in page


def test_the_page_of_an_event_says_what_is_no_more_and_what_may_not_be_read(
    admin: Client, signed_in: Callable[[str], Client], sample: Cast
) -> None:
    sample.user("reader", "cloudtrail:LookupEvents")
    page = signed_in("reader").get(url_of(operation="CreateGroup")).text
    assert "You may not read it" in page
    groups.create_group(sample.system, group_name="gone")
    groups.delete_group(sample.system, group_name="gone")
    assert "Deleted" in admin.get(url_of(operation="DeleteGroup")).text


def test_before_and_after_of_a_rename(admin: Client, sample: Cast) -> None:
    sample.user("dana")
    users.update_user(sample.system, user_name="dana", new_user_name="diana", new_path="/eng/")
    page = admin.get(url_of(operation="UpdateUser")).text
    assert '<th scope="row">Name</th><td class="before">dana</td><td class="after">diana</td>' in page
    assert '<th scope="row">Path</th><td class="before">/</td><td class="after">/eng/</td>' in page


def test_before_and_after_of_a_policys_document_in_lines_and_words(admin: Client, sample: Cast) -> None:
    policy = sample.policy("Own", "s3:GetObject")
    policy_versions.create_policy_version(
        sample.system, policy_arn=policy.arn, policy_document=document("s3:*"), set_as_default=True
    )
    page = admin.get(url_of(operation="CreatePolicyVersion")).text
    assert "before and after" in page
    assert "More access" in page
    assert page.count('class="diff"') == 1


def test_before_and_after_of_inline_and_trust_policies(admin: Client, sample: Cast) -> None:
    sample.user("dana", "s3:GetObject")
    name = {"user_name": "dana", "policy_name": "Given"}
    inline_policies.put_user_policy(sample.system, **name, policy_document=document("s3:*"))
    inline_policies.delete_user_policy(sample.system, **name)
    put = Event.objects.filter(operation="PutUserPolicy").latest("sequence")
    assert "Inline policy Given: before and after" in admin.get(f"/events/{put.sequence}/").text
    assert "Inline policy Given: no longer there" in admin.get(url_of(operation="DeleteUserPolicy")).text
    roles.update_assume_role_policy(
        sample.system, role_name="ChimeSupport", policy_document=TRUST.replace("root", "user/alice")
    )
    assert "Trust policy: before and after" in admin.get(url_of(operation="UpdateAssumeRolePolicy")).text


def test_documents_are_for_who_may_read_the_policy(signed_in: Callable[[str], Client], sample: Cast) -> None:
    sample.policy("Own", "s3:GetBucketAcl")
    sample.user("reader", "cloudtrail:LookupEvents")
    page = signed_in("reader").get(url_of(operation="CreatePolicy", resource__endswith="policy/Own")).text
    assert "iam:GetPolicyVersion" in page
    assert "s3:GetBucketAcl" not in page
    assert Event.objects.filter(operation="GetPolicyVersion", outcome="refused").count() == 1


def test_of_a_deleted_policy_the_document_is_for_who_might_have_read_it(
    admin: Client, signed_in: Callable[[str], Client], sample: Cast
) -> None:
    policy = sample.policy("Own", "s3:GetBucketAcl")
    policies.delete_policy(sample.system, policy_arn=policy.arn)
    assert "s3:GetBucketAcl" in admin.get(url_of(operation="DeletePolicy")).text
    sample.user("reader", "cloudtrail:LookupEvents")
    assert "s3:GetBucketAcl" not in signed_in("reader").get(url_of(operation="DeletePolicy")).text


def test_who_reads_their_own_event_is_not_told_what_others_did_before(
    signed_in: Callable[[str], Client], sample: Cast
) -> None:
    own = "arn:aws:iam::*:user/${aws:username}"
    sample.user("dana", "cloudtrail:LookupEvents", resource=own)
    sample.inline("dana", "Rename", "iam:UpdateUser")
    users.create_user(sample.system, user_name="erin", path="/secret/")
    users.update_user(call_of(User.objects.get(name="dana")), user_name="erin", new_path="/eng/")
    page = signed_in("dana").get(url_of(operation="UpdateUser"))
    assert page.status_code == 200
    assert "/secret/" not in page.text
    assert "/events/~verify/" not in page.text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a [^>]*href="(/[^"]*)"', main)]
    assert {link: signed_in("dana").get(link).status_code for link in links} == {
        "/me/events/": 200,
        "/events/?principal=arn%3Aaws%3Aiam%3A%3A123456789012%3Auser/dana": 200,
    }


@pytest.mark.parametrize("sequence", ["0", "99999", "9" * 40])
def test_an_event_that_is_not_there_is_a_404(admin: Client, sequence: str) -> None:
    assert admin.get(f"/events/{sequence}/").status_code == 404


def test_events_of_another_account_are_not_there(admin: Client) -> None:
    other = create_account("999999999999")
    now = timezone.now()
    events.append(
        [Event(account=other, time=now, principal="p", operation="GetUser", outcome="success") for _ in range(99)]
    )
    assert admin.get("/events/99/").status_code == 404


def test_the_page_of_an_event_takes_a_fixed_number_of_queries(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    policy = sample.policy("Own")
    for number in range(4):
        policy_versions.create_policy_version(
            sample.system, policy_arn=policy.arn, policy_document=document(f"s3:Get{number}*"), set_as_default=True
        )
    made = list(Event.objects.filter(operation="CreatePolicyVersion").order_by("sequence"))
    for event in (made[0], made[1]):
        admin.get(f"/events/{event.sequence}/")
        with django_assert_num_queries(11):
            admin.get(f"/events/{event.sequence}/")
