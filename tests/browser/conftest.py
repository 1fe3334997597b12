"""A real Chromium against a real server. Every test in this folder carries the marker `browser`."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from policies_app.operations import attachments, groups, tags
from tests.browser.chromium import INSTALL, find_chromium
from tests.browser.console import Visitor
from tests.company import furnish
from tests.factories import Cast
from tests.sample import make_sample_account

# Playwright's event loop runs in the test's own thread, and Django takes that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

MEASURE = (Path(__file__).parent / "measure.js").read_text()
FLAGS = (
    # Nothing but the page may go out: no updates, no sync, no field trials.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # A container's /dev/shm is often 64 MB.
    "--disable-dev-shm-usage",
    "--disable-gpu",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    executable = find_chromium()
    if executable is None:
        pytest.skip(f"no Chromium on this machine: {INSTALL}")
    # Chromium's sandbox refuses to run as root, which is what CI runs as.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": executable, "args": [*FLAGS, *sandbox]}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """So that a test says `page.goto("/me/")`."""
    return live_server.url


@pytest.fixture
def passwords(transactional_db: None) -> dict[str, str]:
    """The sample account stands; these are its users with their passwords."""
    return make_sample_account(Cast())


@pytest.fixture
def visitor(page: Page, passwords: dict[str, str]) -> Visitor:
    return Visitor(page)


@pytest.fixture
def crowded(transactional_db: None) -> Cast:
    """The account with one of everything, and with names as long as they may be beside it."""
    company = furnish(Cast())
    system, user, name = company.system, "m" * 64, "Names.That-Go_On+" * 7
    company.user(user)
    company.group(name, "dana", user)
    company.role(name[:64])
    arn = company.policy(name).arn
    for user_name in ("dana", user):
        attachments.attach_user_policy(system, user_name=user_name, policy_arn=arn)
    attachments.attach_role_policy(system, role_name="builder", policy_arn=arn)
    groups.add_user_to_group(system, group_name="empty", user_name="dana")
    tags.tag_user(system, user_name="dana", tags=[{"Key": "k" * 128, "Value": "v" * 256}])
    return company


@pytest.fixture
def measured(page: Page) -> Page:
    """A page that `measured.…` of measure.js can be asked about."""
    page.add_init_script(MEASURE)
    return page
