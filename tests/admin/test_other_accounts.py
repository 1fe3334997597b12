"""The select boxes of the admin site take a row's number, and know only the numbers of the caller's own account."""

import pytest

from policies_app.models import Account, Attachment, Group, Membership, Policy, User
from policies_app.operations import groups, policies, users
from policies_app.operations.accounts import system_call
from tests.admin.pages import filled, lines, url
from tests.factories import document


@pytest.fixture
def rival(sample):
    """Another account, with one of everything that could be chosen."""
    call = system_call(Account.objects.create(pk="999999999999", alias="rival"), "tests")
    policies.create_policy(call, policy_name="RivalPlan", policy_document=document("s3:*"))
    groups.create_group(call, group_name="RivalGroup")
    users.create_user(call, user_name="RivalUser", path="/secret/")
    return call


def chosen(client, row, typed):
    """The page after its form was sent with a choice that it did not offer."""
    return client.post(url(row), filled(client.get(url(row))) | lines(client.get(url(row)), typed)).content.decode()


def test_a_row_of_another_account_can_be_neither_chosen_nor_learnt_of(admin, rival):
    before = Attachment.objects.count(), Membership.objects.count()
    plan, group = Policy.objects.get(name="RivalPlan"), Group.objects.get(name="RivalGroup")
    alice, own = User.objects.get(name="alice"), Policy.objects.get(account_id="123456789012")
    pages = [
        chosen(admin, alice, {"boundary": plan.pk}),
        chosen(admin, alice, {"attachments": [{"policy": plan.pk}]}),
        chosen(admin, alice, {"memberships": [{"group": group.pk}]}),
        chosen(admin, own, {"attachments": [{"identity": User.objects.get(name="RivalUser").pk}]}),
        chosen(admin, Group.objects.get(account_id="123456789012"), {"memberships": [{"user": group.pk + 1}]}),
    ]
    assert [page for page in pages if "Rival" in page or "999999999999" in page] == []
    assert ["Select a valid choice" in page for page in pages] == [True] * 5
    assert (Attachment.objects.count(), Membership.objects.count()) == before


def test_a_row_of_another_account_has_no_page(admin, rival):
    theirs = [
        Policy.objects.get(name="RivalPlan"),
        Group.objects.get(name="RivalGroup"),
        User.objects.get(name="RivalUser"),
    ]
    for row in theirs:
        for page in ("change", "delete", "history"):
            answer = admin.get(url(row, page))
            assert "Rival" not in answer.content.decode()
            assert answer.status_code == 302


def test_the_rows_of_another_account_are_in_no_list(admin, rival):
    for model in (Policy, Group, User):
        assert list(admin.get(url(model, "list"), {"q": "Rival"}).context["cl"].result_list) == []
    for field, source in (
        ("policy", "attachment"),
        ("identity", "attachment"),
        ("user", "membership"),
        ("group", "membership"),
    ):
        choices = {"app_label": "policies_app", "model_name": source, "field_name": field, "term": "Rival"}
        assert admin.get("/admin/autocomplete/", choices).json()["results"] == []
