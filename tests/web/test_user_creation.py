"""The wizard that makes a user: nothing typed is lost, no secret waits anywhere, and all of it happens or none."""

from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from policies_app.models import Event, User
from policies_app.operations import attachments, groups, inline_policies
from tests.factories import Cast, document
from tests.web.drafts import draft_of
from tests.web.recorded import outcomes

CREATE, RESULT = "/users/~create/", "/users/~create/~result/"
ODD_NAMES = {".": "~.", "..": "~..", "create": "create", "a+b=c,d.e@f-g": "a+b=c,d.e@f-g"}
PASSWORD = "Correct-Horse-9-Staple"


def draft_at(url: str) -> str:
    """What the address of a step carries."""
    return parse_qs(urlsplit(url).query)["draft"][0]


def begin(client: Client, **details: str) -> str:
    """The draft that the first step makes."""
    return draft_at(client.post(CREATE, {"user_name": "dora", "path": "/"} | details).headers["Location"])


def choose(client: Client, step: str, draft: str, **ticked: Any) -> str:
    """The draft that a later step makes of what is ticked on it."""
    sent = {"draft": draft, "chosen": "1", "go": "review"} | ticked
    return draft_at(client.get(f"{CREATE}~{step}/", sent).headers["Location"])


def finish(client: Client, draft: str, **typed: str) -> Any:
    return client.post(RESULT, {"draft": draft} | typed)


def tag_rows(*tags: tuple[str, str]) -> dict[str, str]:
    sent = {f"tags-{number}-key": key for number, (key, _) in enumerate(tags)}
    sent |= {f"tags-{number}-value": value for number, (_, value) in enumerate(tags)}
    return sent | {"tags-TOTAL_FORMS": str(len(tags)), "tags-INITIAL_FORMS": "0"}


def test_everything_gathered_is_made_together(admin: Client, sample: Cast):
    cap, extra = sample.policy("Cap"), sample.policy("Extra")
    draft = begin(admin, path="/team/", sign_in="typed", password_reset_required="on", **tag_rows(("team", "blue")))
    draft = choose(admin, "permissions", draft, way="groups", groups_arn=arn("group/ChimeUserManagers"))
    draft = choose(admin, "permissions", draft, way="policies", policies_arn=extra.arn)
    draft = choose(admin, "boundary", draft, boundary_arn=cap.arn)
    page = finish(admin, draft, password=PASSWORD)
    dora = User.objects.get(name="dora")
    assert (dora.path, dora.boundary, dora.password_reset_required) == ("/team/", cap, True)
    assert dora.check_password(PASSWORD)
    assert list(dora.tags.values_list("key", "value")) == [("team", "blue")]
    assert [group.name for group in dora.groups.all()] == ["ChimeUserManagers"]
    assert [each.policy for each in dora.attachments.all()] == [extra]
    assert '<a class="btn btn-primary" href="/users/dora/">' in page.text
    for operation in ("CreateUser", "CreateLoginProfile", "AddUserToGroup", "AttachUserPolicy"):
        assert outcomes(operation) == ["success"]


def test_nothing_is_done_before_the_last_step(admin: Client, sample: Cast):
    draft = choose(admin, "permissions", begin(admin), way="policies", policies_arn=sample.policy("Extra").arn)
    page = admin.get(f"{CREATE}~review/?draft={draft}")
    assert "Attach the policy Extra" in page.text
    assert not User.objects.filter(name="dora").exists()
    assert outcomes("CreateUser") == []


def test_another_user_is_copied_with_groups_policies_and_boundary_but_no_credentials(admin: Client, sample: Cast):
    model = full_user(sample)
    draft = choose(admin, "permissions", begin(admin), way="copy", copy_arn=model.arn, copies_boundary="1")
    finish(admin, draft)
    dora = User.objects.get(name="dora")
    assert [group.name for group in dora.groups.all()] == ["Team"]
    assert [each.policy.name for each in dora.attachments.all()] == ["Extra"]
    assert [each.document for each in dora.inline_policies.all()] == [model.inline_policies.get().document]
    assert dora.boundary == model.boundary
    assert not dora.has_console_password
    assert not dora.access_keys.exists()
    assert outcomes("PutUserPolicy") == ["success"]


def test_the_boundary_is_not_copied_where_that_is_not_wanted_and_a_chosen_one_comes_first(admin: Client, sample: Cast):
    model, cap = full_user(sample), sample.policy("Tighter")
    draft = choose(admin, "permissions", begin(admin), way="copy", copy_arn=model.arn)
    finish(admin, draft)
    assert User.objects.get(name="dora").boundary is None
    draft = choose(admin, "permissions", begin(admin, user_name="fred"), way="copy", copy_arn=model.arn)
    finish(admin, choose(admin, "boundary", draft, boundary_arn=cap.arn))
    assert User.objects.get(name="fred").boundary == cap


def full_user(sample: Cast) -> User:
    model = sample.user("model", "s3:ListBucket")
    sample.group("Team", "model")
    sample.attach("model", sample.policy("Extra"))
    cap = sample.policy("ModelCap", "s3:*", "iam:*")
    attachments.put_user_permissions_boundary(sample.system, user_name="model", permissions_boundary=cap.arn)
    model.refresh_from_db()
    return model


def arn(rest: str) -> str:
    return f"arn:aws:iam::123456789012:{rest}"


# Back and forward


def test_every_step_shows_again_what_was_chosen_on_it(admin: Client, sample: Cast):
    draft = begin(admin, path="/team/", sign_in="generated", **tag_rows(("team", "blue")))
    draft = choose(admin, "permissions", draft, way="groups", groups_arn=arn("group/ChimeUserManagers"))
    details = admin.get(f"{CREATE}?draft={draft}").text
    assert 'value="dora"' in details
    assert 'value="/team/"' in details
    assert 'value="blue"' in details
    assert admin.get(f"{CREATE}~permissions/?draft={draft}").context["ticked"] == [arn("group/ChimeUserManagers")]
    draft = begin(admin, user_name="dory", draft=draft)
    assert "Add to the group ChimeUserManagers" in admin.get(f"{CREATE}~review/?draft={draft}").text


def test_ticks_on_other_pages_and_searches_stay(admin: Client, sample: Cast):
    sent = {"draft": begin(admin), "chosen": "1", "way": "policies", "policies_arn": arn("policy/Extra"), "q": "Chime"}
    page = admin.get(f"{CREATE}~permissions/", sent)
    assert page.context["ticked"] == [arn("policy/Extra")]
    assert "Chosen" in page.text
    assert "AmazonChimeReadOnly" in page.text


def test_the_draft_serves_its_owner_alone(admin: Client, signed_in: Any, sample: Cast):
    draft = begin(admin)
    sample.inline("carol", "All", "*")
    response = signed_in("carol").get(f"{CREATE}~review/?draft={draft}")
    assert response.headers["Location"] == CREATE
    assert finish(signed_in("carol"), draft).headers["Location"] == CREATE
    assert not User.objects.filter(name="dora").exists()


@pytest.mark.parametrize("step", ["permissions", "boundary", "review"])
def test_a_step_without_what_comes_before_leads_to_the_beginning(admin: Client, step: str):
    response = admin.get(f"{CREATE}~{step}/?draft=nonsense", follow=True)
    assert response.redirect_chain == [(CREATE, 302)]
    assert "Begin with the details" in response.text


# Passwords


def test_a_generated_password_is_shown_once_and_opens_the_console(admin: Client):
    page = finish(admin, begin(admin, sign_in="generated"))
    dora = User.objects.get(name="dora")
    password = page.context["password"]
    assert dora.check_password(password)
    assert password in unescape(page.text)
    assert "/sign-in/" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert not Event.objects.filter(parameters__icontains=password).exists()


def test_a_typed_password_is_in_no_address_page_or_session(admin: Client):
    draft = begin(admin, sign_in="typed")
    page = finish(admin, draft, password=PASSWORD)
    assert PASSWORD not in page.text
    assert PASSWORD not in str(dict(admin.session))
    refused = finish(admin, begin(admin, user_name="fred", sign_in="typed"), password="weak-and-short"[:6])
    assert refused.status_code == 422
    assert "weak-a" not in refused.text


def test_weak_password_undoes_the_whole_creation_and_is_said_beside_the_password(admin: Client):
    page = finish(admin, begin(admin, sign_in="typed"), password="dora")
    assert page.status_code == 422
    assert "minimum length of 8" in str(page.context["form"].errors["password"])
    assert not User.objects.filter(name="dora").exists()
    assert outcomes("CreateUser") == []
    assert outcomes("CreateLoginProfile") == ["failed"]


def test_user_without_a_password_cannot_sign_in(admin: Client):
    finish(admin, begin(admin))
    assert not User.objects.get(name="dora").has_console_password
    assert outcomes("CreateLoginProfile") == []


# Errors, each at its step


def test_taken_name_is_said_beside_the_name(admin: Client):
    response = finish(admin, begin(admin, user_name="ALICE"))
    page = admin.get(response.headers["Location"])
    assert page.status_code == 422
    assert "already exists" in str(page.context["form"].errors["user_name"])
    assert outcomes("CreateUser") == ["failed"]


@pytest.mark.parametrize("name", ["a b", "ü", "a/b", "a~b"])
def test_impossible_name_is_said_beside_the_name(admin: Client, name: str):
    page = admin.get(finish(admin, begin(admin, user_name=name)).headers["Location"])
    assert page.status_code == 422
    assert "user_name" in page.context["form"].errors


@pytest.mark.parametrize("name", ["x" * 65, ""])
def test_name_of_no_length_or_too_much_is_said_at_once(admin: Client, name: str):
    page = admin.post(CREATE, {"user_name": name})
    assert page.status_code == 422
    assert "user_name" in page.context["form"].errors


def test_bad_tag_is_said_beside_the_tag(admin: Client):
    draft = begin(admin, **tag_rows(("team", "blue"), ("<", "x")))
    page = admin.get(finish(admin, draft).headers["Location"])
    assert page.status_code == 422
    assert "tags.2.member.key" in str(page.context["rows"][1].errors["key"])
    assert not User.objects.filter(name="dora").exists()


def test_too_many_policies_are_said_at_the_permissions_and_undo_everything(admin: Client, sample: Cast):
    arns = [sample.policy(f"P{number:02}").arn for number in range(11)]
    draft = choose(admin, "permissions", begin(admin), way="policies", policies_arn=arns)
    response = finish(admin, draft)
    page = admin.get(response.headers["Location"])
    assert page.request["PATH_INFO"] == f"{CREATE}~permissions/"
    assert "PoliciesPerUser" in page.text
    assert len(page.context["ticked"]) == 11
    assert not User.objects.filter(name="dora").exists()
    assert outcomes("CreateUser") == []


def test_group_that_is_gone_meanwhile_is_said_at_the_groups(admin: Client, sample: Cast):
    sample.group("Gone")
    draft = choose(admin, "permissions", begin(admin), way="groups", groups_arn=arn("group/Gone"))
    groups.delete_group(sample.system, group_name="Gone")
    page = admin.get(finish(admin, draft).headers["Location"])
    assert "The group with name Gone cannot be found" in page.text
    assert not User.objects.filter(name="dora").exists()


# Refusals


@pytest.mark.parametrize("name", ODD_NAMES)
def test_every_name_that_iam_allows_has_a_page(admin: Client, name: str):
    finish(admin, begin(admin, user_name=name))
    assert admin.get(f"/users/{ODD_NAMES[name]}/").context["identity"].name == name


def test_create_form_is_refused_before_anything_is_typed(alice: Client):
    response = alice.get(CREATE)
    assert response.status_code == 403
    assert "iam:CreateUser" in response.text


def test_details_of_who_may_not_be_made_are_refused_with_the_action_and_kept(alice: Client):
    response = alice.post(CREATE, {"user_name": "dora"})
    assert response.status_code == 403
    assert "iam:CreateUser" in response.text
    assert 'value="dora"' in response.text


def test_create_is_refused_with_the_action_and_recorded(alice: Client):
    response = finish(alice, draft_of(alice, user_name="dora"))
    assert response.status_code == 403
    assert "iam:CreateUser" in response.text
    assert outcomes("CreateUser") == ["refused"]
    assert not User.objects.filter(name="dora").exists()


def test_what_the_viewer_may_not_do_is_said_on_the_review_and_undoes_everything(carol: Client, sample: Cast):
    sample.inline("carol", "Make", "iam:CreateUser", "iam:ListPolicies")
    extra = sample.policy("Extra")
    draft = choose(carol, "permissions", begin(carol), way="policies", policies_arn=extra.arn)
    page = carol.get(f"{CREATE}~review/?draft={draft}")
    assert "Needs <code>iam:AttachUserPolicy</code>" in page.text
    assert finish(carol, draft).status_code == 403
    assert not User.objects.filter(name="dora").exists()
    assert outcomes("AttachUserPolicy") == ["refused"]
    assert outcomes("CreateUser") == []


def test_who_may_create_only_with_a_boundary_gets_there(carol: Client, sample: Cast):
    cap = sample.policy("Cap")
    condition = {"StringEquals": {"iam:PermissionsBoundary": cap.arn}}
    delegated = sample.policy("Delegated", text=document("iam:CreateUser", Condition=condition))
    attachments.attach_user_policy(sample.system, user_name="carol", policy_arn=delegated.arn)
    sample.inline("carol", "Look", "iam:ListPolicies")
    draft = begin(carol)
    assert finish(carol, draft).status_code == 403
    finish(carol, choose(carol, "boundary", draft, boundary_arn=cap.arn))
    assert User.objects.get(name="dora").boundary == cap


def test_who_may_create_below_a_path_gets_there_by_the_filter(carol: Client, sample: Cast):
    sample.inline("carol", "Team", "iam:CreateUser", "iam:ListUsers", resource=arn("user/team/*"))
    assert carol.get(CREATE).status_code == 403
    assert f"{CREATE}?path=%2Fteam%2F" in carol.get("/users/?path=/team/").text
    assert 'value="/team/"' in carol.get(f"{CREATE}?path=/team/").text


def test_a_copy_of_somebody_who_may_not_be_read_is_refused_by_name(carol: Client, sample: Cast):
    sample.inline("carol", "Make", "iam:CreateUser", "iam:ListUsers")
    inline_policies.put_user_policy(
        sample.system, user_name="bob", policy_name="Given", policy_document=document("s3:*")
    )
    draft = choose(carol, "permissions", begin(carol), way="copy", copy_arn=arn("user/bob"))
    assert "iam:GetUser" in carol.get(f"{CREATE}~review/?draft={draft}").text
    assert finish(carol, draft).status_code == 403
    assert not User.objects.filter(name="dora").exists()


@pytest.mark.parametrize(
    ("step", "ticked"),
    [
        ("permissions", {"way": "policies", "policies_arn": "nonsense"}),
        ("permissions", {"way": "policies", "policies_arn": "arn:aws:iam::123456789012:policy/a b\x00"}),
        ("permissions", {"way": "groups", "groups_arn": "nonsense"}),
        ("permissions", {"way": "copy", "copy_arn": "n o"}),
        ("boundary", {"boundary_arn": "nonsense"}),
        ("permissions", {"way": "nonsense", "place": "before:nonsense"}),
    ],
)
def test_nonsense_in_the_address_is_refused_and_not_a_crash(admin: Client, step: str, ticked: dict[str, str]):
    assert admin.get(f"{CREATE}~{step}/", ticked | {"draft": begin(admin), "chosen": "1"}).status_code in {200, 422}
    draft = choose(admin, step, begin(admin), **ticked)
    assert admin.get(f"{CREATE}~review/?draft={draft}").status_code in {200, 302}
    assert finish(admin, draft).status_code in {200, 302, 422}
    assert User.objects.filter(name="dora").exists() is ("place" in ticked)


def test_every_step_takes_the_same_queries_however_much_there_is(admin: Client, sample: Cast):
    def pages() -> list[str]:
        model = User.objects.get(name="alice").arn
        draft = choose(admin, "permissions", begin(admin), way="copy", copy_arn=model, copies_boundary="1")
        ways = [f"{CREATE}~permissions/?way={way}&draft={draft}" for way in ("groups", "copy", "policies")]
        return [
            f"{CREATE}?draft={draft}",
            *ways,
            f"{CREATE}~boundary/?draft={draft}",
            f"{CREATE}~review/?draft={draft}",
        ]

    few = [count_queries(admin, page) for page in pages()]
    for number in range(30):
        sample.group(f"g{number}")
        sample.policy(f"p{number}")
    for number in range(9):
        sample.inline("alice", f"i{number}", "s3:GetObject")
    assert [count_queries(admin, page) for page in pages()] == few


def count_queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_who_may_give_no_password_and_no_tags_is_told_on_the_first_step(carol: Client, sample: Cast):
    sample.inline("carol", "Make", "iam:CreateUser")
    page = carol.get(CREATE).text
    assert "that needs iam:CreateLoginProfile" in page
    assert "Tags need <code>iam:TagUser</code>" in page
    finish(carol, begin(carol, sign_in="generated"))
    assert not User.objects.get(name="dora").has_console_password
    assert outcomes("CreateLoginProfile") == []


def test_who_may_give_passwords_and_tags_below_a_path_may_so_there(carol: Client, sample: Cast):
    actions = ("iam:CreateUser", "iam:CreateLoginProfile", "iam:TagUser")
    sample.inline("carol", "Team", *actions, resource=arn("user/team/*"))
    assert "needs iam:CreateLoginProfile" not in carol.get(f"{CREATE}?path=/team/").text
    finish(carol, begin(carol, path="/team/", sign_in="generated", **tag_rows(("team", "blue"))))
    dora = User.objects.get(name="dora")
    assert dora.has_console_password
    assert dora.tags.get().value == "blue"
