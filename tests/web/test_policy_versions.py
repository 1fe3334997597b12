import json
import time

import pytest
from django.test import Client

from console.web.documents import compare, lay_out, readable
from policies_app.models import Policy
from policies_app.operations import policy_versions
from tests.factories import Cast, document
from tests.web.recorded import outcomes

EDITED = "/policies/local/Edited/"
FIRST = document("s3:GetObject")
SECOND = document("s3:PutObject")
THIRD = document("s3:DeleteObject")


@pytest.fixture
def edited(sample: Cast) -> Policy:
    return sample.policy("Edited", text=FIRST)


def save(cast: Cast, policy: Policy, text: str, *, default: bool = True) -> None:
    policy_versions.create_policy_version(
        cast.system, policy_arn=policy.arn, policy_document=text, set_as_default=default
    )


def in_force(policy: Policy) -> tuple[str, str]:
    version = policy.versions.get(is_default=True)
    return version.version_id, version.document.text


# Editing


def test_edit_starts_from_the_document_in_force_one_element_a_line(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, json.dumps(json.loads(SECOND)))
    form = admin.get(f"{EDITED}~edit/").context["form"]
    assert form["policy_document"].value() == json.dumps(json.loads(SECOND), indent=4)
    assert form["base_version_id"].value() == "v2"


def test_saving_makes_a_new_version_that_is_in_force(admin: Client, edited: Policy):
    typed = {"policy_document": SECOND.replace("\n", "\r\n"), "base_version_id": "v1"}
    response = admin.post(f"{EDITED}~edit/", typed, follow=True)
    assert "Saved v2" in response.text
    assert in_force(edited) == ("v2", SECOND)
    assert outcomes("CreatePolicyVersion") == ["success"]


def test_mistake_is_located_and_the_text_kept(admin: Client, edited: Policy):
    typed = SECOND.replace("Allow", "Alow")
    response = admin.post(f"{EDITED}~edit/", {"policy_document": typed, "base_version_id": "v1"})
    assert response.status_code == 422
    assert "line 5, column" in response.text
    assert "Alow" in response.text
    assert in_force(edited) == ("v1", FIRST)


def test_second_of_two_edits_sees_both_texts_and_loses_nothing(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    response = admin.post(f"{EDITED}~edit/", {"policy_document": THIRD, "base_version_id": "v1"})
    assert response.status_code == 422
    assert "Somebody saved v2" in response.text
    assert "Put" in response.text
    assert "s3:DeleteObject" in response.text
    assert in_force(edited) == ("v2", SECOND)
    assert outcomes("CreatePolicyVersion") == ["failed"]


def test_what_would_change_is_told_when_saving_is_stopped(admin: Client, edited: Policy):
    """As a security warning that is asked about stops it."""
    base = admin.get(f"{EDITED}~edit/").context["base"]
    typed = {"policy_document": document("s3:GetObject", "iam:PassRole"), "base_version_id": "v1"}
    response = admin.post(f"{EDITED}~edit/", typed | {"base_document": base})
    assert response.status_code == 422
    assert "Now also allows <code>iam:PassRole</code>" in response.text
    assert in_force(edited) == ("v1", FIRST)


def test_after_a_lost_race_the_changes_are_those_of_the_other_text(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    typed = {"policy_document": THIRD, "base_version_id": "v1", "base_document": FIRST}
    response = admin.post(f"{EDITED}~edit/", typed)
    assert "No longer allows <code>s3:PutObject</code>" in response.text
    assert "No longer allows <code>s3:GetObject</code>" not in response.text


def test_who_has_seen_the_other_text_saves_on_top_of_it(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    typed = {"policy_document": THIRD, "base_version_id": "v1", "on_top_of": "v2"}
    assert admin.post(f"{EDITED}~edit/", typed).status_code == 302
    assert in_force(edited) == ("v3", THIRD)


def test_third_edit_meanwhile_is_shown_as_well(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    save(sample, edited, FIRST)
    response = admin.post(f"{EDITED}~edit/", {"policy_document": THIRD, "base_version_id": "v1", "on_top_of": "v2"})
    assert "Somebody saved v3" in response.text


@pytest.mark.parametrize("base", ["", "v9", "\x00", "x" * 5000])
def test_unknown_base_version_counts_as_changed(admin: Client, edited: Policy, base: str):
    response = admin.post(f"{EDITED}~edit/", {"policy_document": SECOND, "base_version_id": base})
    assert response.status_code == 422
    assert in_force(edited) == ("v1", FIRST)


def test_sixth_version_offers_to_delete_the_oldest_that_is_not_in_force(admin: Client, edited: Policy, sample: Cast):
    for number in range(4):
        save(sample, edited, document(f"s3:Get{number}"), default=False)
    response = admin.post(f"{EDITED}~edit/", {"policy_document": SECOND, "base_version_id": "v1"})
    assert response.status_code == 422
    assert "Delete v2 and save" in response.text
    assert "s3:PutObject" in response.text
    typed = {"policy_document": SECOND, "base_version_id": "v1", "delete_version_id": "v2"}
    assert admin.post(f"{EDITED}~edit/", typed).status_code == 302
    assert in_force(edited) == ("v6", SECOND)
    assert not edited.versions.filter(number=2).exists()
    assert outcomes("DeletePolicyVersion") == ["success"]


def test_version_stays_when_the_save_that_needed_its_room_is_stopped(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    typed = {"policy_document": THIRD, "base_version_id": "v1", "delete_version_id": "v1"}
    assert "Somebody saved v2" in admin.post(f"{EDITED}~edit/", typed).text
    assert edited.versions.count() == 2
    assert outcomes("DeletePolicyVersion") == []


def test_edit_without_permission_changes_nothing_and_keeps_the_text(carol: Client, edited: Policy, sample: Cast):
    sample.inline("carol", "Read", "iam:GetPolicy", "iam:GetPolicyVersion")
    assert carol.get(f"{EDITED}~edit/").status_code == 403
    response = carol.post(f"{EDITED}~edit/", {"policy_document": SECOND, "base_version_id": "v1"})
    assert response.status_code == 403
    assert "s3:PutObject" in response.text
    assert in_force(edited) == ("v1", FIRST)
    assert outcomes("CreatePolicyVersion") == ["refused"]


# Versions


def test_versions_are_listed_newest_first_with_the_one_in_force(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    page = admin.get(f"{EDITED}~versions/").text
    assert page.index(">v2</a>") < page.index(">v1</a>")
    assert "2 of 5" in page
    assert "Roll back" in page


def test_roll_back_shows_first_what_changes_and_for_how_many(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    sample.attach("bob", edited)
    page = admin.get(f"{EDITED}~versions/v1/~default/")
    assert "Roll back to v1" in page.text
    assert "The policy is attached to 1 identity." in page.text
    assert "What changes from v2 to v1" in page.text
    assert in_force(edited) == ("v2", SECOND)
    assert "is in force already" in admin.get(f"{EDITED}~versions/v2/~default/").text
    assert admin.get(f"{EDITED}~versions/v9/~default/").status_code == 404


def test_any_two_versions_can_be_picked_to_compare(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    page = admin.get(f"{EDITED}~versions/").text
    assert page.count("<option>v1</option>") + page.count("<option selected>v1</option>") == 2
    assert page.count("<option>v2</option>") + page.count("<option selected>v2</option>") == 2


def test_roll_back_makes_an_older_version_the_default(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    response = admin.post(f"{EDITED}~versions/v1/~default/", follow=True)
    assert "v1 of" in response.text
    assert in_force(edited) == ("v1", FIRST)
    assert outcomes("SetDefaultPolicyVersion") == ["success"]


def test_version_is_deleted_but_not_the_one_in_force(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    assert admin.post(f"{EDITED}~versions/v1/~delete/", {"typed_name": "v1"}).status_code == 302
    assert admin.post(f"{EDITED}~versions/v2/~delete/", {"typed_name": "v2"}).status_code == 409
    assert [version.version_id for version in edited.versions.all()] == ["v2"]
    assert sorted(outcomes("DeletePolicyVersion")) == ["failed", "success"]


def test_deletion_of_a_version_shows_it_and_asks_for_its_name(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    page = admin.get(f"{EDITED}~versions/v1/~delete/").text
    assert "s3:GetObject" in page
    assert "cannot be rolled back to" in page
    wrong = admin.post(f"{EDITED}~versions/v1/~delete/", {"typed_name": "v2"})
    assert wrong.status_code == 422
    assert "This is not the name" in wrong.text
    assert edited.versions.count() == 2
    assert "It is in force" in admin.get(f"{EDITED}~versions/v2/~delete/").text


def test_one_version_is_shown_with_numbered_lines(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    page = admin.get(f"{EDITED}~versions/v1/").text
    assert "s3:GetObject" in page
    assert 'id="L7"' in page


@pytest.mark.parametrize("version_id", ["v9", "v0", "x", "V1", "v1.x", "v" + "9" * 400, "%00", "latest"])
@pytest.mark.parametrize("route", ["{}", "{}/~default/", "{}/~delete/"])
def test_bad_version_id_is_an_answer(admin: Client, edited: Policy, version_id: str, route: str):
    address = f"{EDITED}~versions/{route.format(version_id)}"
    answer = admin.post(address, {"typed_name": version_id}) if "~" in route else admin.get(f"{address}/")
    assert answer.status_code in {400, 404}


def test_versions_of_aws_managed_policies_are_never_changed(admin: Client):
    version = Policy.objects.get(name="AmazonChimeSDK").versions.get().version_id
    page = admin.get("/policies/aws/AmazonChimeSDK/~versions/").text
    assert version in page
    assert "~default" not in page
    deleting = f"/policies/aws/AmazonChimeSDK/~versions/{version}/~delete/"
    assert admin.post(deleting, {"typed_name": version}).status_code == 400
    assert "AWS manages this policy" in admin.get(deleting).text
    assert admin.post("/policies/aws/AmazonChimeSDK/~edit/", {"policy_document": FIRST}).status_code == 302


@pytest.mark.parametrize(
    ("address", "action"),
    [("~default/", "iam:SetDefaultPolicyVersion"), ("~delete/", "iam:DeletePolicyVersion")],
)
def test_change_of_a_version_without_permission_is_refused(carol: Client, edited: Policy, address: str, action: str):
    response = carol.post(f"{EDITED}~versions/v1/{address}", {"typed_name": "v1"})
    assert response.status_code == 403
    assert action in response.text
    assert outcomes(action.removeprefix("iam:")) == ["refused"]


@pytest.mark.parametrize("address", ["~versions/v1/", "~compare/?left=v1&right=v1"])
def test_text_of_a_version_without_permission_is_refused(carol: Client, edited: Policy, sample: Cast, address: str):
    sample.inline("carol", "Read", "iam:GetPolicy")
    response = carol.get(EDITED + address)
    assert response.status_code == 403
    assert "iam:GetPolicyVersion" in response.text
    assert "s3:GetObject" not in response.text


# Comparing


def test_two_versions_stand_side_by_side(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    page = admin.get(f"{EDITED}~compare/?left=v1&right=v2").text
    assert "1 line differs" in page
    assert "<mark>Ge</mark>" in page
    assert "<mark>Pu</mark>" in page


def test_versions_that_differ_in_layout_say_the_same(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, json.dumps(json.loads(FIRST)))
    assert "Both say the same" in admin.get(f"{EDITED}~compare/?left=v1&right=v2").text


def test_comparison_says_in_words_what_changes(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, SECOND)
    page = admin.get(f"{EDITED}~compare/?left=v1&right=v2").text
    assert "Now also allows <code>s3:PutObject</code> on all resources." in page
    assert "No longer allows <code>s3:GetObject</code> on all resources." in page
    assert page.index("More access") < page.index("Less access") < page.index("Line by line")


def test_layout_and_order_are_no_change_of_meaning(admin: Client, edited: Policy, sample: Cast):
    save(sample, edited, json.dumps(json.loads(FIRST.replace("GetObject", "getobject"))))
    assert "No change of meaning" in admin.get(f"{EDITED}~compare/?left=v1&right=v2").text


@pytest.mark.parametrize(
    ("query", "status"), [("", 302), ("?left=v1", 302), ("?left=v1&right=v7", 404), ("?left=%00&right=v1", 400)]
)
def test_compare_with_nothing_is_an_answer(admin: Client, edited: Policy, query: str, status: int):
    assert admin.get(f"{EDITED}~compare/{query}").status_code == status


def test_added_and_removed_lines_are_paired_with_nothing():
    rows = compare("a\nb\nc", "a\nc\nd")
    assert [(row.kind, row.left_no, row.right_no) for row in rows] == [
        ("same", 1, 1),
        ("removed", 2, None),
        ("same", 3, 2),
        ("added", None, 3),
    ]


def test_comparing_long_texts_ends_in_time():
    left, right = "\n".join(map(str, range(100_000))), "\n".join(str(-number) for number in range(100_000))
    assert len(compare(left, right)) == 100_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        '{"a": 1.50}',
        '"\\ud800"',
        '"\\u2026"',
        "[" * 100_000,
        '{"a": ' + "9" * 9999 + "}",
    ],
)
def test_text_that_would_come_out_different_is_left_as_typed(text: str):
    assert lay_out(text) == text


def test_only_a_document_on_one_line_is_laid_out_to_read():
    assert readable('{"a": 1}\n') == '{\n    "a": 1\n}'
    assert readable('{"a":\n1}') == '{"a":\n1}'


def test_texts_of_lines_that_repeat_each_other_are_compared_at_once():
    """Every line of one is like hundreds of the other, which no search for lines in common ends soon with."""
    left, right = ("\n".join(lines) for lines in (["a", "b"] * 750, ["b", "c", "a"] * 500))
    started = time.process_time()
    rows = compare(left, right)
    assert time.process_time() - started < 1
    assert [row.left for row in rows] == left.splitlines()
    assert [row.right for row in rows] == right.splitlines()
