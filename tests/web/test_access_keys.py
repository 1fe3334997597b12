"""Access keys on the pages: one's own, and a user's for administrators."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from policies_app.models import AccessKey, Event
from policies_app.operations import access_keys, attachments, encryption, policies
from policies_app.policy_templates import POLICY_TEMPLATES
from tests.factories import Cast, document

OWN, BOBS = "/me/credentials/", "/users/bob/~security/"


@pytest.fixture
def keyed(sample: Cast, bob: Client) -> Client:
    """bob, who may manage his own access keys and nobody else's."""
    template = POLICY_TEMPLATES["manage_own_access_keys"]
    policy = policies.create_policy(sample.system, policy_name=template.name, policy_document=template.text)
    attachments.attach_user_policy(sample.system, user_name="bob", policy_arn=policy.arn)
    return bob


def key_of(sample: Cast, user_name: str) -> str:
    return access_keys.create_access_key(sample.system, user_name=user_name).key.pk


@pytest.mark.parametrize("address", ["/me/credentials/~create/", "/users/bob/~security/~keys/~create/"])
def test_the_secret_is_on_the_answer_and_nowhere_else(keyed: Client, admin: Client, address: str):
    client, home = (keyed, OWN) if address.startswith("/me/") else (admin, BOBS)
    answer = client.post(address)
    key = AccessKey.objects.get()
    secret = encryption.decrypt(key.pk, key.secret)
    assert (key.user.name, answer.status_code) == ("bob", 200)
    assert f'data-copy="{secret}"' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert key.pk in client.get(home).text
    assert secret not in client.get(home).text + str(list(Event.objects.values())) + str(client.session.items())
    assert Event.objects.get(operation="CreateAccessKey").outcome == "success"


def test_the_secret_is_in_no_address_that_a_browser_would_keep(keyed: Client):
    page = keyed.post(OWN + "~create/").text
    assert 'data-save-as="bob_accessKeys.csv" hidden' in page
    key = AccessKey.objects.get()
    secret = encryption.decrypt(key.pk, key.secret)
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', page)
    assert addresses
    assert not any("csv" in address or secret in unquote(unescape(address)) for address in addresses)


def test_a_key_is_not_made_by_following_a_link(keyed: Client):
    assert keyed.get(OWN + "~create/").status_code == 405
    assert not AccessKey.objects.exists()


def test_with_two_keys_there_is_no_third(sample: Cast, keyed: Client):
    for _ in range(2):
        key_of(sample, "bob")
    assert "Create access key" not in keyed.get(OWN).text
    answer = keyed.post(OWN + "~create/", follow=True)
    assert "Cannot exceed quota for AccessKeysPerUser: 2. Delete one of the keys first." in answer.text
    assert AccessKey.objects.count() == 2


@pytest.mark.parametrize("base", [OWN, BOBS + "~keys/"])
def test_a_key_is_switched_off_and_on_again(sample: Cast, keyed: Client, admin: Client, base: str):
    client, key_id = (keyed if base == OWN else admin), key_of(sample, "bob")
    off = client.post(f"{base}{key_id}/~status/", {"status": "Inactive"}, follow=True)
    assert "signs nothing until it is made active again" in off.text
    assert not AccessKey.objects.get().is_active
    on = client.post(f"{base}{key_id}/~status/", {"status": "Active"}, follow=True)
    assert "signs requests again" in on.text
    assert AccessKey.objects.get().is_active


def test_another_status_is_refused(sample: Cast, keyed: Client):
    answer = keyed.post(f"{OWN}{key_of(sample, 'bob')}/~status/", {"status": "Sleeping"})
    assert answer.status_code == 400
    assert AccessKey.objects.get().is_active


@pytest.mark.parametrize("base", [OWN, BOBS + "~keys/"])
def test_a_key_is_deleted_once_its_id_was_typed(sample: Cast, keyed: Client, admin: Client, base: str):
    client, key_id = (keyed if base == OWN else admin), key_of(sample, "bob")
    address = f"{base}{key_id}/~delete/"
    assert "Whatever signs with this key is refused" in client.get(address).text
    wrong = client.post(address, {"typed_name": "AKIA"})
    assert (wrong.status_code, AccessKey.objects.count()) == (422, 1)
    assert "was deleted" in client.post(address, {"typed_name": key_id}, follow=True).text
    assert not AccessKey.objects.exists()


def test_a_key_of_somebody_else_is_not_found_among_ones_own(sample: Cast, keyed: Client):
    key_id = key_of(sample, "alice")
    for address, data in (
        (f"{OWN}{key_id}/~delete/", {"typed_name": key_id}),
        (f"{OWN}{key_id}/~status/", {"status": "Inactive"}),
    ):
        assert keyed.post(address, data).status_code == 404
    assert keyed.get(f"{OWN}{key_id}/~delete/").status_code == 404
    assert AccessKey.objects.get().is_active


@pytest.mark.parametrize(
    ("page", "data"), [("~create/", {}), ("{}/~status/", {"status": "Inactive"}), ("{}/~delete/", {"typed_name": "{}"})]
)
def test_keys_of_others_are_refused_and_left_alone(sample: Cast, keyed: Client, page: str, data: dict[str, str]):
    key_id = key_of(sample, "alice")
    filled = {name: value.format(key_id) for name, value in data.items()}
    assert keyed.post(f"/users/alice/~security/~keys/{page.format(key_id)}", filled).status_code == 403
    assert AccessKey.objects.get().is_active
    assert Event.objects.filter(outcome="refused", principal__endswith="/bob").exists()


def test_who_may_not_see_their_keys_is_told_what_to_ask_for(carol: Client):
    page = carol.get(OWN).text
    assert "iam:ListAccessKeys" in page
    assert "Please let me manage my own access keys: create the policy ManageOwnAccessKeys" in page


def test_a_button_that_would_be_refused_says_why(sample: Cast, signed_in: Callable[[str], Client]):
    key_of(sample, "carol")
    policy = policies.create_policy(
        sample.system, policy_name="Look", policy_document=document("iam:ListAccessKeys", "iam:UpdateAccessKey")
    )
    attachments.attach_user_policy(sample.system, user_name="carol", policy_arn=policy.arn)
    page = signed_in("carol").get(OWN).text
    assert page.count('aria-disabled="true"') == 3
    assert "Needs iam:ChangePassword" in page
    assert "Needs iam:CreateAccessKey" in page
    assert "Needs iam:DeleteAccessKey" in page
    assert "Not shown: needs" in page


def test_a_page_of_keys_takes_as_many_queries_as_one_of_none(
    sample: Cast, keyed: Client, django_assert_num_queries: Any
):
    sample.inline("bob", "Password", "iam:GetLoginProfile")
    keyed.get(OWN)
    with django_assert_num_queries(6):
        keyed.get(OWN)
    for _ in range(2):
        key_of(sample, "bob")
    with django_assert_num_queries(6):
        keyed.get(OWN)
