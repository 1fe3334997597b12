"""A refusal reads the same whether what was asked for exists or not."""

import pytest

from policies_app.models import Event
from policies_app.operations import policies, users
from tests.factories import document

PAGES = ("/users/{}/", "/users/{}/~edit/", "/groups/{}/", "/roles/{}/", "/policies/local/{}/", "/policies/aws/{}/")
THERE = ("ALICE", "HIDDEN", "CHIMEUSERMANAGERS", "chimesupport", "PLAN", "amazonchimesdk")


@pytest.fixture
def hidden(sample):
    users.create_user(sample.system, user_name="hidden", path="/secret/")
    policies.create_policy(sample.system, policy_name="plan", path="/secret/", policy_document=document("s3:*"))


@pytest.mark.parametrize("address", PAGES)
def test_a_refusal_repeats_only_what_was_asked(carol, hidden, address):
    for name in (*THERE, "nobody"):
        answer = carol.get(address.format(name))
        shown = answer.context["decision"].request.resource
        assert answer.status_code == 403
        assert shown.endswith(f"/{name}")
        assert "secret" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/me/policies/local/{}/", "/me/policies/aws/{}/", "/me/groups/{}/In/"])
def test_a_policy_that_is_opened_is_refused_by_what_was_asked(carol, hidden, address):
    for name in (*THERE, "nobody"):
        page = carol.get(address.format(name)).text
        assert f"/<wbr>{name}</code>" in page
        assert "secret" not in page
        assert "AmazonChimeSDK" not in page


def test_a_change_that_is_refused_repeats_only_what_was_asked(carol, hidden):
    answer = carol.post("/users/HIDDEN/~detach/", {"policy_arn": "arn:aws:iam::aws:policy/AmazonChimeSDK"})
    assert answer.context["decision"].request.resource == "arn:aws:iam::123456789012:user/HIDDEN"
    answer = carol.post("/policies/local/PLAN/~versions/v1/~default/")
    assert answer.context["decision"].request.resource == "arn:aws:iam::123456789012:policy/PLAN"


def test_the_event_names_the_row_itself(carol, hidden):
    carol.get("/users/HIDDEN/")
    assert Event.objects.latest("sequence").resource == "arn:aws:iam::123456789012:user/secret/hidden"


def test_who_may_read_the_row_is_told_its_arn(sample, hidden, signed_in):
    sample.user("reader", "iam:GetUser")
    answer = signed_in("reader").get("/users/HIDDEN/~edit/")
    assert answer.context["decision"].request.resource == "arn:aws:iam::123456789012:user/secret/hidden"
