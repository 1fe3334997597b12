"""The pages around a policy: what it starts from, what it comes to, what goes with a version."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.console import Visitor, write_document
from tests.factories import document

OWN = "/policies/local/ViewOwnPermissions/"


def text_of(visitor: Visitor) -> str:
    return visitor.page.locator("textarea[name=policy_document]").input_value()


def test_new_policy_starts_from_another_one_found_by_search(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/policies/~create/")
    page.get_by_label("Name").fill("Mine")
    page.get_by_role("button", name="Another policy…").click()
    visitor.look_over()
    page.get_by_role("searchbox").fill("chimesdk")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Start from it").click()
    assert page.get_by_label("Name").input_value() == "Mine"
    assert "chime:" in text_of(visitor)


def test_typed_text_is_replaced_only_when_that_is_wanted(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/users/alice/~inline/")
    write_document(page, document("s3:GetObject"))
    page.get_by_role("button", name="RequireMFA").click()
    expect(page.get_by_role("alert").first).to_contain_text("Replace your text with RequireMFA?")
    visitor.look_over()
    assert text_of(visitor) == document("s3:GetObject")
    page.get_by_role("button", name="Replace my text").click()
    expect(page.get_by_role("alert").filter(has_text="Replace")).to_have_count(0)
    assert "MultiFactorAuthPresent" in text_of(visitor)


def test_new_policy_starts_from_another_one_without_a_script(
    browser: Browser, base_url: str, passwords: dict[str, str]
):
    page = browser.new_context(base_url=base_url, java_script_enabled=False).new_page()
    page.goto("/policies/~create/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(passwords["admin"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name").fill("Mine")
    page.get_by_role("button", name="Another policy…").click()
    page.get_by_role("searchbox").fill("chimesdk")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Start from it").click()
    assert page.get_by_label("Name").input_value() == "Mine"
    assert "chime:" in page.get_by_label("Policy document").input_value()


def test_version_is_deleted_after_its_name_is_typed(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open(f"{OWN}~edit/")
    write_document(page, document("s3:PutObject"))
    page.get_by_role("button", name="Save as the new version").click()
    visitor.open(f"{OWN}~versions/")
    page.get_by_role("link", name="Delete", exact=True).last.click()
    visitor.look_over()
    page.get_by_label("Name").fill("v1")
    page.get_by_role("button", name="Delete version").click()
    expect(page.get_by_role("status").first).to_contain_text("Deleted v1 of ViewOwnPermissions")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", [f"{OWN}?service=iam", "/users/alice/~access/?service=chime", "/roles/ChimeSupport/~access/"]
)
def test_summaries_are_in_order_for_axe(
    visitor: Visitor, passwords: dict[str, str], address: str, scheme: Literal["light", "dark"]
):
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.sign_in("admin", passwords["admin"])
    visitor.open(address)
    expect(visitor.page.get_by_role("table").first).to_be_visible()


def test_buttons_of_a_version_need_no_sideways_scroll_on_a_telephone(visitor: Visitor, passwords: dict[str, str]):
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open(f"{OWN}~edit/")
    write_document(page, document("s3:PutObject"))
    page.get_by_role("button", name="Save as the new version").click()
    page.set_viewport_size({"width": 390, "height": 900})
    visitor.open(f"{OWN}~versions/")
    wrap = page.get_by_role("region", name="Versions")
    assert wrap.evaluate("wrap => wrap.scrollWidth <= wrap.clientWidth")
