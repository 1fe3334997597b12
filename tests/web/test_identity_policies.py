"""Attached policies, inline policies and boundaries: the same promises for users, groups and roles."""

import json
from dataclasses import dataclass

import pytest
from django.test import Client

from policies_app.models import Identity
from policies_app.operations import attachments, inline_policies
from tests.factories import Cast, document
from tests.web.recorded import outcomes

CHIME = "arn:aws:iam::aws:policy/AmazonChime"
TEXT = document("s3:GetObject")
THEIRS = document("s3:PutObject")
ONE_LINE = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'


@dataclass(frozen=True)
class Subject:
    noun: str
    section: str
    name: str

    @property
    def url(self) -> str:
        return f"/{self.section}/{self.name}/"

    @property
    def row(self) -> Identity:
        return Identity.objects.get(kind=self.noun.lower(), name=self.name)

    def put(self, cast: Cast, text: str, policy_name: str = "Own") -> None:
        operation = getattr(inline_policies, f"put_{self.noun.lower()}_policy")
        operation(
            cast.system, **{f"{self.noun.lower()}_name": self.name}, policy_name=policy_name, policy_document=text
        )

    def text(self, policy_name: str = "Own") -> str:
        return self.row.inline_policies.get(name=policy_name).document.text


EVERY = [
    Subject("User", "users", "carol"),
    Subject("Group", "groups", "ChimeUserManagers"),
    Subject("Role", "roles", "ChimeSupport"),
]
WITH_BOUNDARY = [subject for subject in EVERY if subject.noun != "Group"]

every = pytest.mark.parametrize("subject", EVERY, ids=lambda subject: subject.noun)
with_boundary = pytest.mark.parametrize("subject", WITH_BOUNDARY, ids=lambda subject: subject.noun)


# Managed policies


@every
def test_admin_attaches_several_at_once(admin: Client, subject: Subject):
    arns = [f"{CHIME}SDK", f"{CHIME}FullAccess"]
    response = admin.post(f"{subject.url}~attach/", {"policy_arn": arns}, follow=True)
    attached = set(subject.row.attachments.values_list("policy__name", flat=True))
    assert attached >= {"AmazonChimeSDK", "AmazonChimeFullAccess"}
    assert "now has 2 policies attached" in response.text
    assert outcomes(f"Attach{subject.noun}Policy") == ["success", "success"]


@every
def test_one_that_does_not_exist_attaches_none_and_keeps_the_choice(admin: Client, subject: Subject):
    before = subject.row.attachments.count()
    arns = [f"{CHIME}SDK", f"{CHIME}Nothing"]
    response = admin.post(f"{subject.url}~attach/", {"policy_arn": arns})
    assert response.status_code == 422
    assert "does not exist" in response.text
    assert response.text.count('" checked>') == 2
    assert subject.row.attachments.count() == before
    assert outcomes(f"Attach{subject.noun}Policy") == ["failed"]


@every
@pytest.mark.parametrize("arn", ["", "nonsense", "\x00", "arn:aws:iam::aws:policy/" + "x" * 3000])
def test_impossible_policy_is_said_on_the_page(admin: Client, subject: Subject, arn: str):
    assert admin.post(f"{subject.url}~attach/", {"policy_arn": arn}).status_code == 422


def test_policies_are_searched_as_one_types_and_the_attached_are_marked(admin: Client):
    response = admin.get("/users/bob/~attach/?q=chime", headers={"HX-Request": "true"})
    assert "AmazonChimeSDK" in response.text
    assert "Attached" in response.text
    assert "AdministratorAccess" not in response.text
    assert "<html" not in response.text


@every
def test_admin_detaches(admin: Client, subject: Subject):
    admin.post(f"{subject.url}~attach/", {"policy_arn": f"{CHIME}SDK"})
    response = admin.post(f"{subject.url}~detach/", {"policy_arn": f"{CHIME}SDK"}, follow=True)
    assert "no longer has AmazonChimeSDK attached" in response.text
    assert not subject.row.attachments.filter(policy__name="AmazonChimeSDK").exists()
    assert outcomes(f"Detach{subject.noun}Policy") == ["success"]


@every
@pytest.mark.parametrize("arn", ["", "nonsense", "\x00"])
def test_detaching_nonsense_is_a_bad_request(admin: Client, subject: Subject, arn: str):
    assert admin.post(f"{subject.url}~detach/", {"policy_arn": arn}).status_code == 400


@every
@pytest.mark.parametrize("verb", ["Attach", "Detach"])
def test_attaching_and_detaching_are_refused_with_the_action(bob: Client, subject: Subject, verb: str):
    response = bob.post(f"{subject.url}~{verb.lower()}/", {"policy_arn": f"{CHIME}SDK"})
    assert response.status_code == 403
    assert f"iam:{verb}{subject.noun}Policy" in response.text
    assert outcomes(f"{verb}{subject.noun}Policy") == ["refused"]


def test_who_may_attach_one_policy_only_may_tick_that_one(carol: Client, sample: Cast):
    condition = {"ArnEquals": {"iam:PolicyARN": f"{CHIME}SDK"}}
    policy = sample.policy("Delegated", text=document("iam:AttachUserPolicy", Condition=condition))
    sample.attach("carol", policy)
    sample.inline("carol", "Look", "iam:GetUser", "iam:ListPolicies")
    response = carol.get("/users/bob/~attach/?q=Chime")
    may = {row.label: row.gate.allowed for row in response.context["rows"]}
    assert [name for name, allowed in may.items() if allowed] == ["AmazonChimeSDK"]
    assert carol.post("/users/bob/~attach/", {"policy_arn": f"{CHIME}FullAccess"}).status_code == 403
    assert carol.post("/users/bob/~attach/", {"policy_arn": f"{CHIME}SDK"}).status_code == 302


# Boundaries


@with_boundary
def test_admin_sets_and_removes_a_boundary(admin: Client, subject: Subject):
    response = admin.post(f"{subject.url}~boundary/", {"policy_arn": f"{CHIME}SDK"}, follow=True)
    assert "now has the permissions boundary AmazonChimeSDK" in response.text
    assert subject.row.boundary.name == "AmazonChimeSDK"
    assert "In force" in admin.get(f"{subject.url}~boundary/?q=SDK").text
    warned = admin.get(f"{subject.url}~boundary/~remove/")
    assert "may do more, from the next request on" in warned.text
    assert outcomes(f"Delete{subject.noun}PermissionsBoundary") == []
    response = admin.post(f"{subject.url}~boundary/~remove/", follow=True)
    assert "no longer has a permissions boundary" in response.text
    assert subject.row.boundary is None
    assert "There is no boundary" in admin.get(f"{subject.url}~boundary/~remove/").text
    assert outcomes(f"Put{subject.noun}PermissionsBoundary") == ["success"]
    assert outcomes(f"Delete{subject.noun}PermissionsBoundary") == ["success"]


@with_boundary
@pytest.mark.parametrize("arn", ["", "nonsense", f"{CHIME}Nothing", "\x00"])
def test_impossible_boundary_is_said_on_the_page(admin: Client, subject: Subject, arn: str):
    assert admin.post(f"{subject.url}~boundary/", {"policy_arn": arn}).status_code == 422
    assert subject.row.boundary is None


@with_boundary
@pytest.mark.parametrize(("button", "verb"), [("", "Put"), ("~remove/", "Delete")])
def test_boundary_is_refused_with_the_action(bob: Client, subject: Subject, button: str, verb: str):
    response = bob.post(f"{subject.url}~boundary/{button}", {"policy_arn": f"{CHIME}SDK"})
    assert response.status_code == 403
    assert f"iam:{verb}{subject.noun}PermissionsBoundary" in response.text


# Inline policies


@every
def test_admin_creates_an_inline_policy(admin: Client, subject: Subject):
    form = {"policy_name": "Own", "policy_document": TEXT.replace("\n", "\r\n")}
    response = admin.post(f"{subject.url}~inline/", form, follow=True)
    assert subject.text() == TEXT
    assert f'now has the inline policy <a href="{subject.url}~inline/Own/">Own</a>' in response.text
    assert outcomes(f"Put{subject.noun}Policy") == ["success"]


@every
def test_one_of_that_name_is_not_replaced_by_creating(admin: Client, sample: Cast, subject: Subject):
    subject.put(sample, THEIRS)
    response = admin.post(f"{subject.url}~inline/", {"policy_name": "Own", "policy_document": TEXT})
    assert response.status_code == 422
    assert "already" in str(response.context["form"].errors["policy_name"])
    assert response.context["form"]["policy_document"].value() == TEXT
    assert subject.text() == THEIRS


@every
@pytest.mark.parametrize("name", [".", "..", "create", "a+b=c,d.e@f-g"])
def test_every_name_that_iam_allows_can_be_edited(admin: Client, sample: Cast, subject: Subject, name: str):
    admin.post(f"{subject.url}~inline/", {"policy_name": name, "policy_document": TEXT})
    address = f"{subject.url}~inline/{'~' + name if name in {'.', '..'} else name}/"
    opened = admin.get(address)
    base = opened.context["form"]["base_sha256"].value()
    assert admin.post(address, {"policy_document": THEIRS, "base_sha256": base}).status_code == 302
    assert subject.text(name) == THEIRS


@every
@pytest.mark.parametrize("page_of", ["~inline/", "~inline/Own/"])
def test_every_mistake_is_told_with_its_line_and_column_and_the_text_kept(
    admin: Client, sample: Cast, subject: Subject, page_of: str
):
    subject.put(sample, THEIRS)
    wrong = TEXT.replace('"Allow"', '"Alow"')
    response = admin.post(f"{subject.url}{page_of}", {"policy_name": "Other", "policy_document": wrong})
    assert response.status_code == 422
    assert "line 5, column" in response.text
    assert response.context["form"]["policy_document"].value() == wrong
    assert subject.text() == THEIRS


@every
def test_policy_on_one_line_opens_laid_out(admin: Client, sample: Cast, subject: Subject):
    subject.put(sample, ONE_LINE)
    opened = admin.get(f"{subject.url}~inline/Own/").context["form"]
    assert opened["policy_document"].value() == json.dumps(json.loads(ONE_LINE), indent=4)


@every
def test_of_two_who_edit_the_second_sees_both_texts_and_may_save_on_top(admin: Client, sample: Cast, subject: Subject):
    subject.put(sample, TEXT)
    base = admin.get(f"{subject.url}~inline/Own/").context["form"]["base_sha256"].value()
    subject.put(sample, THEIRS)
    mine = document("s3:DeleteObject")
    response = admin.post(f"{subject.url}~inline/Own/", {"policy_document": mine, "base_sha256": base})
    assert response.status_code == 422
    assert "s3:PutObject" in response.text.replace("<mark>", "").replace("</mark>", "")
    assert response.context["form"]["policy_document"].value() == mine
    assert subject.text() == THEIRS
    on_top = response.context["form"]["base_sha256"].value()
    admin.post(f"{subject.url}~inline/Own/", {"policy_document": mine, "base_sha256": on_top})
    assert subject.text() == mine
    assert outcomes(f"Put{subject.noun}Policy") == ["failed", "success"]


@every
def test_policy_deleted_meanwhile_is_made_anew_when_saved_again(admin: Client, sample: Cast, subject: Subject):
    subject.put(sample, TEXT)
    base = admin.get(f"{subject.url}~inline/Own/").context["form"]["base_sha256"].value()
    subject.row.inline_policies.all().delete()
    response = admin.post(f"{subject.url}~inline/Own/", {"policy_document": THEIRS, "base_sha256": base})
    assert "It was deleted" in response.text
    admin.post(f"{subject.url}~inline/Own/", {"policy_document": THEIRS, "base_sha256": ""})
    assert subject.text() == THEIRS


def test_who_may_not_read_the_text_that_won_does_not_replace_it(carol: Client, sample: Cast):
    bob = Subject("User", "users", "bob")
    bob.put(sample, THEIRS)
    sample.inline("carol", "Given", "iam:PutUserPolicy")
    response = carol.post("/users/bob/~inline/Own/", {"policy_document": TEXT, "base_sha256": "0" * 64})
    assert response.status_code == 422
    assert "iam:GetUserPolicy" in response.text
    assert "s3:PutObject" not in response.text
    assert response.context["form"]["base_sha256"].value() == "0" * 64


@every
def test_more_text_than_fits_is_said_and_kept(admin: Client, subject: Subject):
    large = document(*["s3:GetObject"] * 1000)
    response = admin.post(f"{subject.url}~inline/", {"policy_name": "Own", "policy_document": large})
    assert response.status_code == 422
    assert "Maximum policy size" in response.text
    assert response.context["form"]["policy_document"].value() == large


@every
def test_admin_deletes_an_inline_policy_by_its_typed_name(admin: Client, sample: Cast, subject: Subject):
    subject.put(sample, TEXT)
    address = f"{subject.url}~inline/Own/~delete/"
    assert "type" in admin.get(address).text
    assert admin.post(address, {"typed_name": "Other"}).status_code == 422
    assert admin.post(address).status_code == 422
    response = admin.post(address, {"typed_name": "Own"}, follow=True)
    assert "no longer has the inline policy Own" in response.text
    assert not subject.row.inline_policies.filter(name="Own").exists()
    assert outcomes(f"Delete{subject.noun}Policy") == ["success"]


@every
def test_inline_policy_that_is_not_there_is_not_found(admin: Client, subject: Subject):
    assert admin.get(f"{subject.url}~inline/Nothing/").status_code == 404
    assert admin.get(f"{subject.url}~inline/Nothing/~delete/").status_code == 404
    assert admin.post(f"{subject.url}~inline/Nothing/~delete/", {"typed_name": "Nothing"}).status_code == 404


@every
def test_inline_policies_are_refused_with_the_action_and_keep_the_text(bob: Client, subject: Subject):
    for page_of in ("~inline/", "~inline/Own/"):
        response = bob.post(f"{subject.url}{page_of}", {"policy_name": "Own", "policy_document": TEXT})
        assert response.status_code == 403
        assert f"iam:Put{subject.noun}Policy" in response.text
        assert response.context["form"]["policy_document"].value() == TEXT
    assert f"iam:Get{subject.noun}Policy" in bob.get(f"{subject.url}~inline/Own/").text
    response = bob.post(f"{subject.url}~inline/Own/~delete/", {"typed_name": "Own"})
    assert response.status_code == 403
    assert f"iam:Delete{subject.noun}Policy" in response.text


def test_who_may_only_read_sees_the_text_and_a_locked_button(carol: Client, sample: Cast):
    sample.inline("carol", "Given", "iam:GetUserPolicy")
    page = carol.get("/users/carol/~inline/Given/").text
    assert "iam:PutUserPolicy" in page
    assert "<textarea" not in page


def test_detached_policy_is_gone_for_its_holder_at_the_next_request(admin: Client, alice: Client, sample: Cast):
    assert alice.get("/users/alice/").status_code == 200
    own = next(policy.arn for policy in attachments.list_attached_user_policies(sample.system, user_name="alice"))
    admin.post("/users/alice/~detach/", {"policy_arn": own})
    assert alice.get("/users/alice/").status_code == 403


def test_who_may_not_see_what_is_attached_is_told_so_and_may_still_choose(carol: Client, sample: Cast):
    sample.inline("carol", "Given", "iam:GetUser", "iam:AttachUserPolicy", "iam:ListPolicies")
    page = carol.get("/users/bob/~attach/?q=ChimeSDK").text
    assert "iam:ListAttachedUserPolicies" in page
    assert 'aria-label="AmazonChimeSDK"' in page
