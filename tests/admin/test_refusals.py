"""The admin site is one more door: it lets through what the policies let through, and nothing else."""

import time

import pytest
from django.contrib import admin as django_admin
from django.urls import NoReverseMatch, reverse

from policies_app.models import Account, Attachment, Event, Group, Identity, Policy, Role, User
from policies_app.operations import events
from policies_app.operations.verification import verify
from tests.admin.pages import errors, filled, recorded, submit, url
from tests.factories import document

NO_LINES = {
    f"{prefix}-{count}_FORMS": 0
    for prefix in ("memberships", "attachments", "inline_policies", "tags", "versions")
    for count in ("TOTAL", "INITIAL")
}


def sections():
    return [model for model in django_admin.site._registry if model is not Identity]


def pages():
    """Every page of the site that is there for a person."""
    yield from (url(model, page) for model in sections() for page in ("list", "add"))
    rows = [model._default_manager.order_by("pk").first() for model in sections()]
    yield from (url(row, page) for row in rows for page in ("change", "delete", "history"))


def test_nobody_comes_in_without_signing_in(client, sample):
    for page in ["/admin/", *pages()]:
        response = client.get(page, follow=True)
        assert response.redirect_chain[-1][0].startswith(f"/sign-in/?next={page}"), page


def test_signing_in_and_out_and_passwords_are_the_consoles_pages(client, admin):
    assert (
        client.get("/admin/login/", {"next": "/admin/policies_app/"})["Location"]
        == "/sign-in/?next=/admin/policies_app/"
    )
    assert admin.get("/admin/password_change/")["Location"] == "/me/password/"
    out = admin.post("/admin/logout/")
    assert (out.status_code, out["Location"]) == (307, "/sign-out/")


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_without_a_policy_every_page_is_refused(signed_in, who):
    client = signed_in(who)
    assert [page for page in pages() if client.get(page).status_code != 403] == []
    assert client.get("/admin/").context["app_list"] == []


def test_refused_page_names_the_action(sample, signed_in):
    sample.user("clerk", "iam:ListUsers")
    page = signed_in("clerk").get(url(User.objects.get(name="alice"))).content.decode()
    assert "iam:GetUser" in page
    assert recorded()[-1] == ("GetUser", "arn:aws:iam::123456789012:user/alice", "refused")


def test_ids_tell_nothing_to_who_may_not_list(bob):
    """Counting through the ids gives the same page whether there is a row or not."""
    for model, action in ((User, "ListUsers"), (Group, "ListGroups"), (Role, "ListRoles"), (Policy, "ListPolicies")):
        there, absent = url(model._default_manager.all()[0]), f"{url(model)}999999/change/".replace("add/", "")
        pages = [bob.get(page) for page in (there, absent, there.replace("change", "history"))]
        assert {page.status_code for page in pages} == {403}
        asked = [page.context["decision"].request for page in pages]
        assert {request.action for request in asked} == {f"iam:{action}"}
        assert len({request.resource for request in asked}) == 1


@pytest.mark.parametrize("name", ["nobody", "%00", "%FF", "9" * 30, "[1", "v1"])
def test_what_is_no_id_is_no_error(admin, name):
    for model in sections():
        for page in ("change", "delete", "history"):
            assert admin.get(f"{url(model, 'list')}{name}/{page}/").status_code in {302, 403}


def test_an_empty_field_to_be_found_by_is_no_error(admin):
    for row in (User.objects.get(name="alice"), Policy.objects.all()[0]):
        assert admin.post(url(row), {"_to_field": ""}).status_code in {200, 302}


def test_no_way_from_the_number_of_a_table_and_a_row_to_a_page(carol):
    for place in ("1/1", f"1/{'9' * 30}", f"{'9' * 30}/1", "x/y", "%00/%00"):
        assert carol.get(f"/admin/r/{place}/").status_code == 404


def test_alice_sees_what_her_policies_show(alice):
    listed = [model["object_name"] for app in alice.get("/admin/").context["app_list"] for model in app["models"]]
    assert listed == ["Policy", "User"]
    own = alice.get(url(User.objects.get(name="alice")))
    assert own.status_code == 200
    assert own.context["adminform"].form.fields == {}
    assert "new_password" not in own.content.decode()
    assert alice.get(url(User.objects.get(name="bob"))).status_code == 403
    assert alice.get(url(User)).status_code == alice.get(url(Role, "list")).status_code == 403


def state():
    models = (User, Group, Role, Policy, Attachment)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def forged():
    """(page, what is sent to it, the operation that refuses): each a submission that a browser never offered."""
    alice = User.objects.get(name="alice")
    group, role = Group.objects.get(), Role.objects.get()
    policy = Policy.objects.get(account__isnull=False)
    administrator = Policy.objects.get(name="AdministratorAccess")
    line = {"attachments-TOTAL_FORMS": 1, "attachments-0-policy": administrator.pk, "attachments-0-identity": alice.pk}
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    yield url(User), {"name": "dave", "path": "/"}, "CreateUser"
    yield url(alice), {"name": "root", "path": "/"}, "UpdateUser"
    yield url(alice), line, "AttachUserPolicy"
    yield url(alice), {"name": "alice", "path": "/", "new_password": "Correct-Horse-9"}, "UpdateLoginProfile"
    yield url(alice, "delete"), {"post": "yes"}, "DeleteUser"
    yield url(User, "list"), chosen, "DeleteUser"
    yield url(Group), {"name": "Readers", "path": "/"}, "CreateGroup"
    yield url(Role), {"name": "R", "path": "/", "max_session_duration": 3600, "assume_role_policy_document": ""}, ""
    yield url(Policy), {"name": "P", "path": "/", "policy_document": document("*")}, "CreatePolicy"
    yield url(policy), {"policy_document": document("*"), "base_version_id": "v1"}, "CreatePolicyVersion"
    yield url(policy, "delete"), {"post": "yes"}, "DeletePolicy"
    yield url(group), {"name": "G", "path": "/"}, "ListGroups"
    yield url(role), {"max_session_duration": 7200}, "ListRoles"


@pytest.mark.parametrize("number", range(13))
def test_forged_submission_leaves_nothing_but_the_refusal(alice, number):
    page, sent, operation = list(forged())[number]
    before = state()
    assert alice.post(page, NO_LINES | sent).status_code == 403
    assert state() == before
    assert [(name, outcome) for name, _, outcome in recorded()] == ([(operation, "refused")] if operation else [])


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_forged_submissions_of_who_may_nothing_change_nothing(signed_in, who):
    client, before = signed_in(who), state()
    assert {client.post(page, NO_LINES | sent).status_code for page, sent, _ in forged()} == {403}
    assert state() == before
    assert {outcome for _, _, outcome in recorded()} == {"refused"}


def test_superuser_and_staff_flags_do_nothing(carol, monkeypatch):
    monkeypatch.setattr(User, "is_superuser", True)
    assert carol.get(url(User, "list")).status_code == 403
    assert not User.objects.get(name="carol").has_perm("policies_app.view_user")
    monkeypatch.setattr(User, "is_staff", False)
    assert carol.get("/admin/").status_code == 200


def test_has_perm_is_the_engines_answer(sample):
    sample.user("clerk", "iam:GetUser", "iam:CreateUser", resource="arn:aws:iam::*:user/c*")
    clerk = User.objects.get(name="clerk")
    assert clerk.has_perm("policies_app.view_user", User.objects.get(name="carol"))
    assert not clerk.has_perm("policies_app.view_user", User.objects.get(name="bob"))
    assert not clerk.has_perm("policies_app.add_user")
    assert not clerk.has_perm("policies_app.view_user")
    assert not clerk.has_perm("auth.view_group")
    assert not clerk.has_module_perms("auth")


def test_who_may_attach_but_not_update_attaches(sample, signed_in):
    sample.user("clerk", "iam:ListUsers", "iam:GetUser", "iam:ListAttachedUserPolicies", "iam:AttachUserPolicy")
    chime = Policy.objects.get(name="AmazonChimeSDK")
    response = submit(signed_in("clerk"), url(User.objects.get(name="carol")), attachments=[{"policy": chime.pk}])
    assert response.status_code == 302
    assert recorded() == [("AttachUserPolicy", "arn:aws:iam::123456789012:user/carol", "success")]


def test_part_that_is_refused_undoes_the_rest_and_is_explained(sample, signed_in):
    sample.user("clerk", "iam:*")
    sample.inline("clerk", "Not", "iam:AttachUserPolicy", effect="Deny")
    page = signed_in("clerk").get(url(User))
    line = {"attachments-TOTAL_FORMS": 1, "attachments-0-policy": Policy.objects.get(name="AmazonChimeSDK").pk}
    response = signed_in("clerk").post(url(User), NO_LINES | filled(page) | {"name": "dave"} | line)
    assert "explicitly denies" in errors(response)
    assert 'value="dave"' in response.content.decode()
    assert not User.objects.filter(name="dave").exists()
    assert recorded() == [("AttachUserPolicy", "arn:aws:iam::123456789012:user/dave", "refused")]


def test_number_of_lines_that_a_submission_claims_costs_nothing(carol):
    claimed = {f"{prefix}-TOTAL_FORMS": 10**6 for prefix in ("memberships", "attachments", "inline_policies", "tags")}
    started = time.process_time()
    assert carol.post(url(User), NO_LINES | claimed).status_code == 403
    assert time.process_time() - started < 1


def test_right_to_create_under_a_path_is_enough_to_submit(sample, signed_in):
    sample.user("clerk", "iam:ListUsers", "iam:GetUser", "iam:CreateUser")
    sample.inline("clerk", "Given", "iam:CreateUser", resource="arn:aws:iam::*:user/staff/*")
    client = signed_in("clerk")
    assert client.post(url(User), NO_LINES | {"name": "dave", "path": "/staff/"}).status_code == 302
    assert client.post(url(User), NO_LINES | {"name": "erin", "path": "/"}).status_code == 403
    assert [outcome for _, _, outcome in recorded()] == ["success", "refused"]


def test_what_was_read_is_on_record(admin):
    admin.get(url(User, "list"))
    admin.get(url(User.objects.get(name="alice")))
    events.reads.flush()
    assert [operation for operation, _, _ in recorded()] == [
        "ListUsers",
        "GetUser",
        "ListGroupsForUser",
        "ListAttachedUserPolicies",
        "ListUserPolicies",
        "ListUserTags",
    ]


def test_inline_documents_are_hidden_from_who_may_not_get_them(sample, signed_in):
    sample.inline("carol", "Secret", "s3:GetObject", resource="arn:aws:s3:::hidden-bucket/*")
    sample.user("clerk", "iam:ListUsers", "iam:GetUser", "iam:ListUserPolicies")
    assert "hidden-bucket" not in signed_in("clerk").get(url(User.objects.get(name="carol"))).content.decode()


def test_select_boxes_offer_what_may_be_listed(alice, bob):
    choices = {"app_label": "policies_app", "model_name": "attachment", "field_name": "policy", "term": "ChimeSDK"}
    assert alice.get("/admin/autocomplete/", choices).json()["results"][0]["text"].endswith("policy/AmazonChimeSDK")
    assert bob.get("/admin/autocomplete/", choices).status_code == 403
    assert recorded() == [("ListPolicies", "arn:aws:iam::123456789012:policy/", "refused")]


def test_what_no_select_box_asks_for_is_refused(admin):
    """`group` of a user is the way back from a group's row, which nobody chooses."""
    for field in ("identity", "group", "user", "password", "nothing"):
        choices = {"app_label": "policies_app", "model_name": "identity", "field_name": field}
        assert admin.get("/admin/autocomplete/", choices).status_code == 403


def test_every_written_row_has_its_event(admin, sample):
    """Whatever a page of the site changes, the chain of events grows by it."""
    for model in (User, Group, Policy):
        before = Event.objects.count()
        submit(admin, url(model), name="Thing", **({"policy_document": document("s3:*")} if model is Policy else {}))
        assert model.objects.filter(name="Thing").exists()
        assert Event.objects.count() == before + 1
    assert verify(Account.objects.get().pk).is_whole


def test_any_identity_has_no_pages_of_its_own():
    with pytest.raises(NoReverseMatch):
        reverse("admin:policies_app_identity_changelist")
