"""What programs set by IAM's API, as people meet it in a browser."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from policies_app.models import Account, InstanceProfile, User
from policies_app.operations import instance_profiles, password_policy
from policies_app.operations.accounts import system_call
from tests.browser.console import Visitor


def test_who_comes_with_an_expired_password_chooses_one_that_the_account_takes(
    visitor: Visitor, passwords: dict[str, str]
) -> None:
    system = system_call(Account.objects.get(), "tests")
    password_policy.update_account_password_policy(system, minimum_password_length=20, max_password_age=30)
    User.objects.update(password_changed=timezone.now() - timedelta(days=30))
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    expect(page.get_by_role("heading", name="Change password")).to_be_visible()
    for new in ("Blue-Horse-7", "Blue-Horse-7-on-the-hill"):
        page.get_by_label("Current password").fill(passwords["admin"])
        page.get_by_label("New password", exact=True).fill(new)
        page.get_by_label("New password again").fill(new)
        page.get_by_role("button", name="Change password").click()
        if new == "Blue-Horse-7":
            expect(page.get_by_text("Password should have a minimum length of 20", exact=True)).to_be_visible()
            visitor.look_over()
    expect(page.get_by_text("Your password was changed.")).to_be_visible()


def test_a_role_leaves_its_instance_profile_before_it_is_deleted(visitor: Visitor, passwords: dict[str, str]) -> None:
    system = system_call(Account.objects.get(), "tests")
    instance_profiles.create_instance_profile(system, instance_profile_name="box")
    instance_profiles.add_role_to_instance_profile(system, instance_profile_name="box", role_name="ChimeSupport")
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/roles/ChimeSupport/~delete/")
    expect(page.get_by_text("Place in instance profile box")).to_be_visible()
    page.get_by_role("checkbox").check()
    page.get_by_role("textbox").last.fill("ChimeSupport")
    page.get_by_role("button", name="Delete role").click()
    expect(page.get_by_text("Role ChimeSupport was deleted.")).to_be_visible()
    assert InstanceProfile.objects.get().role is None
