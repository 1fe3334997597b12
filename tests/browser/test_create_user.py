"""The wizard of a new user as people use it, with JavaScript and without."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from policies_app.models import Account, User
from policies_app.operations.accounts import system_call
from policies_app.operations.groups import create_group
from tests.browser.console import Visitor

MANY = 60


@dataclass
class Walker:
    """Somebody signed in as admin; without JavaScript axe-core cannot look at the page."""

    visitor: Visitor
    scripted: bool

    @property
    def page(self) -> Page:
        return self.visitor.page

    def look(self) -> None:
        if self.scripted:
            self.visitor.look_over()


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def walker(
    request: pytest.FixtureRequest, browser: Browser, base_url: str, passwords: dict[str, str]
) -> Iterator[Walker]:
    system = system_call(Account.objects.get(), "tests")
    for number in range(MANY):
        create_group(system, group_name=f"team-{number:02}")
    scripted: bool = request.param
    context = browser.new_context(java_script_enabled=scripted, base_url=base_url)
    page = context.new_page()
    page.goto("/users/~create/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(passwords["admin"])
    page.get_by_role("button", name="Sign in").click()
    yield Walker(Visitor(page), scripted)
    context.close()


def go_on(walker: Walker, heading: str = "") -> None:
    walker.page.get_by_role("button", name="Continue").click()
    if heading:
        expect(walker.page.locator("[aria-current=step]")).to_contain_text(heading)
    walker.look()


def fill_in_details(walker: Walker) -> None:
    page = walker.page
    page.get_by_label("Name").fill("dora")
    page.get_by_label("Path").fill("/team/")
    page.get_by_label("A generated one").check()
    page.locator("summary", has_text="Tags").click()
    page.get_by_label("Key 1").fill("team")
    page.get_by_label("Value 1").fill("blue")
    go_on(walker, "Permissions")


def choose_permissions(walker: Walker) -> None:
    """Ticks stay over a search, over pages of the list, and over the ways to give permissions."""
    page = walker.page
    page.get_by_role("checkbox", name="team-01").check()
    page.get_by_role("navigation", name="Pages").get_by_role("button", name="Next").click()
    page.get_by_role("checkbox", name="team-55").check()
    page.get_by_role("button", name="Attach policies").click()
    page.get_by_label("Search policies").fill("ChimeRead")
    page.get_by_label("Search policies").press("Enter")
    page.get_by_role("checkbox", name="AmazonChimeReadOnly").check()
    page.get_by_role("button", name="Copy from a user").click()
    page.get_by_role("radio", name="alice").check()
    walker.look()
    go_on(walker, "Boundary")


def choose_boundary(walker: Walker) -> None:
    page = walker.page
    page.get_by_label("Search policies").fill("ViewOwn")
    page.get_by_label("Search policies").press("Enter")
    page.get_by_role("radio", name="ViewOwnPermissions").check()
    go_on(walker, "Review")


def test_a_user_is_made_in_steps_with_all_that_was_chosen(walker: Walker) -> None:
    page = walker.page
    walker.look()
    fill_in_details(walker)
    choose_permissions(walker)
    choose_boundary(walker)
    plan = page.locator(".plan").first
    for said in ("team-01", "team-55", "AmazonChimeReadOnly", "ChimeUserManagers", "generated password"):
        expect(plan).to_contain_text(said)
    assert not User.objects.filter(name="dora").exists()
    page.get_by_role("button", name="Create user").last.click()

    expect(page.get_by_role("heading", name="User dora was created")).to_be_visible()
    walker.look()
    made = User.objects.get(name="dora")
    assert sorted(group.name for group in made.groups.all()) == ["ChimeUserManagers", "team-01", "team-55"]
    assert made.boundary is not None
    assert (made.path, made.boundary.name) == ("/team/", "ViewOwnPermissions")
    password = page.locator("[aria-label^='Copy password']").get_attribute("data-copy") or ""
    assert made.check_password(password)
    page.get_by_role("link", name="Go to dora").click()
    assert password not in page.content()


def test_back_and_forth_by_the_browser_and_by_the_steps_nothing_is_lost(walker: Walker) -> None:
    page = walker.page
    fill_in_details(walker)
    choose_permissions(walker)
    choose_boundary(walker)
    page.go_back()
    expect(page.locator("[aria-current=step]")).to_contain_text("Boundary")
    page.go_forward()
    expect(page.locator("[aria-current=step]")).to_contain_text("Review")
    page.get_by_role("button", name="Details").first.click()
    expect(page.get_by_label("Name")).to_have_value("dora")
    expect(page.get_by_label("Path")).to_have_value("/team/")
    expect(page.get_by_label("Value 1")).to_have_value("blue")
    page.get_by_label("Name").fill("dorothea")
    page.get_by_role("button", name="Review").click()
    plan = page.locator(".plan").first
    for said in ("dorothea", "team-01", "team-55", "AmazonChimeReadOnly", "ChimeUserManagers"):
        expect(plan).to_contain_text(said)


def test_a_mistake_leads_to_its_step_with_everything_kept(walker: Walker) -> None:
    page = walker.page
    page.get_by_label("Name").fill("alice")
    page.get_by_label("One that I type").check()
    go_on(walker, "Permissions")
    page.get_by_role("checkbox", name="team-01").check()
    go_on(walker, "Boundary")
    go_on(walker, "Review")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create user").last.click()
    expect(page.locator(".form-errors")).to_contain_text("already exists")
    expect(page.locator("[aria-current=step]")).to_contain_text("Details")
    if walker.scripted:
        expect(page.get_by_label("Name")).to_be_focused()
    page.get_by_label("Name").fill("fred")
    page.get_by_role("button", name="Review").click()
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Create user").last.click()
    expect(page.locator(".form-errors")).to_contain_text("minimum length")
    expect(page.get_by_label("Password")).to_have_value("")
    page.get_by_label("Password").fill("Correct-Horse-9-Staple")
    page.get_by_role("button", name="Create user").last.click()
    expect(page.get_by_role("heading", name="User fred was created")).to_be_visible()
    assert [group.name for group in User.objects.get(name="fred").groups.all()] == ["team-01"]


@pytest.mark.parametrize("walker", [True], indirect=True)
def test_choices_are_found_as_one_types_and_the_focus_stays(walker: Walker) -> None:
    page = walker.page
    page.get_by_label("Name").fill("dora")
    go_on(walker, "Permissions")
    page.get_by_role("checkbox", name="team-01").check()
    search = page.get_by_label("Search groups")
    search.press_sequentially("team-4")
    expect(page.get_by_role("checkbox", name="team-47")).to_be_visible()
    expect(page.get_by_role("checkbox", name="team-01")).to_be_checked()
    expect(page.get_by_role("checkbox", name="team-02")).to_have_count(0)
    expect(search).to_be_focused()
    page.reload()
    expect(page.get_by_role("checkbox", name="team-01")).to_be_checked()
