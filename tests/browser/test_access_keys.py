"""An access key in a real browser: its secret is copied or downloaded on the one page that shows it."""

from pathlib import Path

from playwright.sync_api import expect

from policies_app.models import AccessKey
from policies_app.operations import encryption
from tests.browser.console import Visitor


def test_a_key_is_made_downloaded_and_deleted(visitor: Visitor, passwords: dict[str, str]) -> None:
    page = visitor.page
    visitor.sign_in("admin", passwords["admin"])
    visitor.open("/me/credentials/")
    page.get_by_role("button", name="Create access key").click()
    visitor.look_over()
    key = AccessKey.objects.get()
    secret = encryption.decrypt(key.pk, key.secret)
    expect(page.get_by_text("The secret is shown only now.")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download CSV file").click()
    assert started.value.url.startswith("blob:")
    assert started.value.suggested_filename == "admin_accessKeys.csv"
    assert (
        Path(started.value.path()).read_bytes().decode() == f"Access key ID,Secret access key\r\n{key.pk},{secret}\r\n"
    )
    page.get_by_role("link", name="Done").click()
    visitor.look_over()
    page.get_by_role("link", name="Delete").click()
    visitor.look_over()
    page.get_by_label("Access key ID", exact=True).fill(key.pk)
    page.get_by_role("button", name="Delete access key").click()
    expect(page.get_by_text("was deleted")).to_be_visible()
    assert not AccessKey.objects.exists()
