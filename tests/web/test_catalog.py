"""The pages of AWS's services and actions."""

import pytest
from django.test import Client


def test_a_service_links_each_of_its_actions(carol: Client):
    page = carol.get("/actions/s3/")
    assert '<a href="/actions/s3/GetObject/">GetObject</a>' in page.text
    assert "Amazon S3" in page.text


def test_bob_who_only_reads_chime_sees_just_that(bob: Client, carol: Client):
    page = bob.get("/actions/chime/")
    allowed = {action.name for action, _, allowed in page.context["rows"] if allowed}
    assert {"ListAccounts", "GetUser"} <= allowed
    assert not {name for name in allowed if name.startswith(("Create", "Delete", "Update"))}
    assert f"on any resource you may do {len(allowed)} of its" in page.text
    assert page.text.count(">Allowed<") == len(allowed)
    assert ">Allowed<" not in carol.get("/actions/chime/").text + bob.get("/actions/s3/").text


def test_an_action_tells_its_level_its_resources_its_keys_and_what_the_engine_says(admin: Client, carol: Client):
    page = admin.get("/actions/S3/getobject/").text
    for told in (
        "s3:GetObject",
        "Read",
        "object",
        "s3:ExistingObjectTag",
        ">Allowed<",
        "/me/why/?action=s3%3AGetObject",
    ):
        assert told in page
    assert ">Implicit deny<" in carol.get("/actions/s3/GetObject/").text


def test_a_policy_starts_from_an_action_for_who_may_create_one(admin: Client, carol: Client):
    assert 'href="/policies/~create/?action=s3%3AGetObject"' in admin.get("/actions/s3/GetObject/").text
    assert "/policies/~create/" not in carol.get("/actions/s3/GetObject/").text
    form = admin.get("/policies/~create/?action=s3:getobject").context["form"]
    assert '"Action": ["s3:GetObject"]' in form["policy_document"].value()


@pytest.mark.parametrize("path", ["/actions/nothing/", "/actions/s3/Nothing/", "/actions/nothing/GetObject/"])
def test_what_aws_does_not_have_is_not_found(admin: Client, path: str):
    assert admin.get(path).status_code == 404


def test_a_policy_from_an_action_that_is_none_starts_blank(admin: Client):
    form = admin.get("/policies/~create/?action=s3:Nothing").context["form"]
    assert '"Action": []' in form["policy_document"].value()
