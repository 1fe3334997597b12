"""Whom a policy is attached to and whom it bounds, and attaching and detaching from its side."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Attachment, Identity, Policy, User
from policies_app.operations import attachments
from tests.factories import Cast
from tests.web.recorded import outcomes

OWN = "/policies/local/ViewOwnPermissions/"


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
