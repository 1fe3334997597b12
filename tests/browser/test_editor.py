"""The policy editor, as people use it: by keyboard, with what is found as one types."""

import json
import re
import time
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from policies_app.models import Policy
from tests.browser.console import Visitor, write_document
from tests.factories import document

GOOD = document("s3:GetObject", resource="arn:aws:s3:::reports/*")


@pytest.fixture
def editing(visitor: Visitor, passwords: dict[str, str]) -> Visitor:
    """The administrator, on the page of a new policy."""
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/policies/~create/")
    return visitor


def text_of(page: Page) -> str:
    """What would be submitted."""
    return page.locator("textarea[name=policy_document]").input_value()


def test_text_is_submitted_as_it_was_typed(editing: Visitor):
    write_document(editing.page, GOOD)
    assert text_of(editing.page) == GOOD
    editing.page.get_by_label("Name").fill("Typed")
    editing.page.get_by_role("button", name="Create policy").click()
    expect(editing.page.get_by_role("status").first).to_contain_text("Typed")
    assert Policy.objects.get(name="Typed").versions.get().document.text == GOOD
    editing.look_over()


def test_blank_policy_is_not_complained_about_before_anybody_types(editing: Visitor):
    editing.page.wait_for_timeout(800)
    expect(editing.page.locator(".finding, .cm-lintRange")).to_have_count(0)


def test_mistake_is_marked_explained_listed_and_jumped_to(editing: Visitor):
    page = editing.page
    write_document(page, GOOD.replace("s3:GetObject", "s3:GetObjekt"))
    expect(page.locator(".findings-status")).to_have_text("1 error")
    expect(page.locator(".cm-lint-marker-error")).to_be_visible()
    page.locator(".cm-lintRange-error").hover()
    expect(page.locator(".cm-tooltip-lint")).to_contain_text("did you mean")
    expect(page.locator(".cm-tooltip-lint a")).to_have_attribute("href", re.compile("^https://docs.aws.amazon.com/"))
    editing.look_over()
    page.locator("#findings a[data-line]").click()
    expect(page.get_by_label("Policy document")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == '"s3:GetObjekt"'


def test_fix_mends_the_text_and_can_be_undone(editing: Visitor):
    page = editing.page
    wrong = GOOD.replace("s3:GetObject", "s3:GetObjekt")
    write_document(page, wrong)
    page.locator("#findings").get_by_role("button", name="Change to s3:GetObject").click()
    expect(page.locator("#findings")).to_contain_text("No problems found")
    assert text_of(page) == GOOD
    page.keyboard.press("Control+z")
    assert text_of(page) == wrong


def test_security_warning_asks_once(editing: Visitor):
    page = editing.page
    page.get_by_label("Name").fill("Passes")
    write_document(page, document("iam:PassRole"))
    page.get_by_role("button", name="Create policy").click()
    confirm = page.get_by_role("checkbox", name="I have read the security warnings")
    expect(confirm).to_be_visible()
    editing.look_over()
    confirm.check()
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("status").first).to_contain_text("Passes")


def test_what_the_catalog_does_not_know_is_saved_once_it_was_read(editing: Visitor):
    page = editing.page
    page.get_by_label("Name").fill("Newer")
    write_document(page, document("s3:MadeLastWeek"))
    page.get_by_role("button", name="Create policy").click()
    confirm = page.get_by_role("checkbox", name="I have read the errors")
    expect(page.locator(".field-errors")).to_contain_text("may be newer than the catalog")
    editing.look_over()
    confirm.check()
    page.get_by_role("button", name="Create policy").click()
    expect(page.get_by_role("status").first).to_contain_text("Newer")


def complete(page: Page, typed: str, wanted: str) -> None:
    page.keyboard.type(typed, delay=20)
    options = page.locator(".cm-tooltip-autocomplete li")
    expect(options.filter(has_text=wanted).first).to_be_visible()
    page.wait_for_timeout(200)  # a list that has just appeared does not take keys yet
    while wanted not in (page.locator(".cm-tooltip-autocomplete li[aria-selected]").text_content() or ""):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_statement_is_written_from_completions_by_keyboard_alone(editing: Visitor):
    page = editing.page
    write_document(
        page, json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "", "Resource": ""}]})
    )
    page.get_by_label("Policy document").press("Control+Home")
    page.keyboard.press("Control+f")
    page.keyboard.type('"Action": "')
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    complete(page, "s3", "s3:")
    complete(page, "GetObj", "s3:GetObject")
    assert '"Action": "s3:GetObject"' in text_of(page)


@pytest.mark.parametrize(
    ("before", "typed", "wanted", "after"),
    [
        ('{"Statement": [{"Effect": "', "A", "Allow", '"}]}'),
        ('{"Statement": [{"Action": "iam:GetUser", "Resource": "', "arn", "user/", '"}]}'),
        ('{"Statement": [{"Resource": "', "ali", "user/alice", '"}]}'),
        ('{"Statement": [{"Resource": "arn:aws:iam::*:user/', "${", "${aws:username}", '"}]}'),
        ('{"Statement": [{"Condition": {"', "Boo", "Bool", '": {}}}]}'),
        (
            '{"Statement": [{"Action": "s3:PutObject", "Condition": {"StringEquals": {"',
            "x-amz-a",
            "s3:x-amz-acl",
            '": ""}}}]}',
        ),
    ],
)
def test_completion_knows_what_fits(editing: Visitor, before: str, typed: str, wanted: str, after: str):
    page = editing.page
    write_document(page, before + after)
    page.get_by_label("Policy document").press("Control+End")
    for _ in after:
        page.keyboard.press("ArrowLeft")
    page.keyboard.type(typed, delay=30)
    expect(page.locator(".cm-tooltip-autocomplete li").filter(has_text=wanted).first).to_be_visible()


def test_hover_tells_what_an_action_is(editing: Visitor):
    write_document(editing.page, GOOD)
    editing.page.locator(".cm-line span", has_text="s3:GetObject").hover()
    tooltip = editing.page.locator(".described")
    expect(tooltip).to_contain_text("Get object. Read access, on ")
    expect(tooltip).to_contain_text("arn:${Partition}:s3:::${BucketName}/${ObjectName}")


def test_format_changes_only_white_space(editing: Visitor):
    page = editing.page
    odd = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get\\u002a"],"Sid":"\\u0041"}]}'
    write_document(page, odd)
    page.keyboard.press("Shift+Alt+F")
    assert "".join(text_of(page).split()) == "".join(odd.split())
    assert text_of(page).count("\n") > 8
    page.keyboard.press("Control+z")
    assert text_of(page) == odd


def test_tab_leaves_the_editor_until_it_is_made_to_indent(editing: Visitor):
    page = editing.page
    content = page.get_by_label("Policy document")
    content.focus()
    page.keyboard.press("Tab")
    expect(content).not_to_be_focused()
    content.focus()
    page.keyboard.press("Control+m")
    page.keyboard.press("Tab")
    expect(content).to_be_focused()


def test_undo_survives_the_checks(editing: Visitor):
    page = editing.page
    write_document(page, GOOD)
    expect(page.locator("#findings")).to_contain_text("No problems found")
    page.get_by_label("Policy document").press("Control+End")
    page.keyboard.type("x")
    expect(page.locator(".findings-status")).to_contain_text("error")
    page.keyboard.press("Control+z")
    assert text_of(page) == GOOD


def test_longest_policy_is_typed_and_checked_without_delay(editing: Visitor, capsys: pytest.CaptureFixture[str]):
    page = editing.page
    actions = [f"ec2:Describe{n}*" for n in ("Instances", "Images", "Volumes", "Vpcs", "Subnets", "Tags", "Hosts")]
    statements = [
        {"Sid": f"S{n}", "Effect": "Allow", "Action": actions, "Resource": [f"arn:aws:s3:::bucket-{n}/*"]}
        for n in range(25)
    ]  # fmt: skip
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=4)
    assert 5_500 < len("".join(text.split())) <= 6_144
    content = page.get_by_label("Policy document")
    content.press("Control+a")
    page.keyboard.insert_text(text)
    expect(page.locator(".findings-status")).not_to_be_empty()
    page.evaluate(MEASURE)
    for _ in range(3):
        page.keyboard.type("abcdefgh", delay=60)
        with page.expect_response("**/~check/**"):
            pass
    keys, checks = page.evaluate("[window.keystrokes, window.checks]")
    with capsys.disabled():
        print(f"\n{len(keys)} keystrokes: median {median(keys):.1f}, most {max(keys):.1f} ms;", end=" ")
        print(f"{len(checks)} checks: median {median(checks):.0f}, most {max(checks):.0f} ms")
    assert median(keys) < 100


# From the key to the frame that shows it, and from a check's request to its answer.
MEASURE = """() => {
  window.keystrokes = []; window.checks = [];
  addEventListener("keydown", () => {
    const start = performance.now();
    requestAnimationFrame(() => setTimeout(() => window.keystrokes.push(performance.now() - start)));
  }, true);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name.includes("~check")) window.checks.push(entry.duration);
  }).observe({ type: "resource" });
}"""


def median(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_axe_or_the_policy_of_the_page(editing: Visitor, scheme: Literal["light", "dark"]):
    page = editing.page
    page.emulate_media(color_scheme=scheme)
    write_document(page, GOOD.replace("s3:GetObject", "s3:GetObjekt").replace("2012-10-17", "2008-10-17"))
    expect(page.locator(".findings-status")).to_contain_text("error")
    page.get_by_label("Policy document").press("Control+f")
    time.sleep(0.2)
    editing.look_over()


def test_what_changes_is_told_while_somebody_types(visitor: Visitor, passwords: dict[str, str]):
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/policies/local/ViewOwnPermissions/~edit/")
    write_document(visitor.page, document("s3:PutObject"))
    changes = visitor.page.get_by_role("region", name="What changes")
    expect(changes).to_contain_text("Now also allows s3:PutObject on all resources.")
    expect(changes).to_contain_text("No longer allows iam:GetUser")
    visitor.look_over()


def test_versions_stand_side_by_side(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/policies/local/ViewOwnPermissions/~edit/")
    write_document(page, document("s3:PutObject"))
    page.get_by_role("button", name="Save as the new version").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved v2")
    visitor.open("/policies/local/ViewOwnPermissions/~compare/?left=v1&right=v2")
    expect(page.get_by_label("v1", exact=True)).to_contain_text("iam:GetUserPolicy")
    expect(page.get_by_label("v2", exact=True)).to_contain_text("s3:PutObject")
    expect(page.locator("table.diff")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 900})
    expect(page.get_by_label("v1 compared with v2").first).to_contain_text("s3:PutObject")
