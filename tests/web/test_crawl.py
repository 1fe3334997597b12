"""Everywhere that links lead, and every button that can be pressed, as each user of the sample account.

No link ends at nothing or at an error, and what the console offers it then does: no button is refused that did not say
so. Each press is undone, so that the next one finds the account as the page showed it.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from policies_app.models import Event
from policies_app.operations import events
from tests.company import furnish
from tests.factories import ACCOUNT, TRUST, Cast, document
from tests.web.page_reading import Button, Page, read

# What somebody types into a field of this name.
TYPED = {
    "user_name": "fresh",
    "new_user_name": "renamed",
    "group_name": "fresh",
    "role_name": "fresh",
    "policy_name": "Fresh",
    "policy_document": document("s3:GetObject"),
    "assume_role_policy_document": TRUST,
    "password": "a-long-and-odd-one-7",
}
SAME_OF_A_KIND = 3  # presses of what differs by nothing but the row that it stands in
# Of each pair the one without the other: what a page has buttons for is rarely allowed as a whole.
HALF = (
    *("iam:List*", "iam:GetUser", "iam:GetLoginProfile", "iam:GetRole", "iam:GetPolicy", "iam:GetAccountSummary"),
    *("iam:TagUser", "iam:UntagRole", "iam:TagPolicy", "iam:AttachUserPolicy", "iam:DetachRolePolicy"),
    *("iam:PutUserPolicy", "iam:GetUserPolicy", "iam:DeleteRolePolicy", "iam:CreateUser", "iam:DeleteRole"),
    *("iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:GetPolicyVersion", "iam:DeletePolicy", "iam:PassRole"),
    *("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateUser", "iam:PutRolePermissionsBoundary"),
    *("iam:GetGroup", "iam:UpdateGroup", "iam:UpdateRole", "iam:CreateAccountAlias", "iam:GetAccountPasswordPolicy"),
)
ONE_GROUP = f"arn:aws:iam::{ACCOUNT}:group/devs"


def kind_of(url: str) -> tuple[str, ...]:
    """Pages that differ by no more than what was searched for are one page to the crawl."""
    parts = urlsplit(url)
    return (parts.path, *sorted(parse_qs(parts.query, keep_blank_values=True)))


@dataclass
class Crawl:
    user_name: str
    client: Client

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False  # an error is an answer with status 500, as in life

    def pages(self) -> Iterator[tuple[str, Any, Page]]:
        """Breadth first from the dashboard: each address, its answer, and what is on it."""
        waiting, seen = deque(["/"]), {kind_of("/")}
        while waiting:
            url = waiting.popleft()
            answer = self.client.get(url)
            is_page = answer.status_code in {200, 403} and answer["Content-Type"].startswith("text/html")
            page = read(answer.text, url) if is_page else Page([], [], [], [])
            yield url, answer, page
            followed = [answer["Location"]] if answer.status_code == 302 else page.links
            for link in followed:
                inside = urlsplit(link)._replace(fragment="").geturl()
                if inside.startswith("/") and not inside.startswith("/static/") and kind_of(inside) not in seen:
                    seen.add(kind_of(inside))
                    waiting.append(inside)

    def press(self, button: Button) -> tuple[Any, list[str]]:
        """The answer, and the operations that were refused; then everything is as it was."""
        sent: dict[str, list[str] | str] = {**button.form.typed, **button.form.sent}
        for name in button.form.typed:
            sent[name] = button.form.danger_name if name == "typed_name" else TYPED.get(name, button.form.typed[name])
        if button.name:
            sent[button.name] = button.value
        cookies = SimpleCookie(self.client.cookies)
        with transaction.atomic():
            before = self.refused()
            answer = getattr(self.client, button.method)(button.action, sent)
            after = self.refused()
            transaction.set_rollback(True)
        self.client.cookies = cookies
        return answer, list((after - before).elements())

    def lies(self, pages: Iterable[Page]) -> Iterator[str]:
        """Of the buttons that send something, those that are refused all the same."""
        pressed: Counter[tuple[str, str]] = Counter()
        for button in (button for page in pages for button in page.buttons if button.method == "post"):
            route = resolve(urlsplit(button.action).path).view_name
            pressed[route, button.label] += 1
            if route == "session:sign_out" or pressed[route, button.label] > SAME_OF_A_KIND:
                continue
            answer, refused = self.press(button)
            if refused or answer.status_code not in {200, 302, 422}:
                yield f"{button.label} on {button.action}: {answer.status_code} {refused}"

    def refused(self) -> Counter[str]:
        events.reads.flush()
        mine = Event.objects.filter(principal__endswith=f"/{self.user_name}", outcome="refused")
        return Counter(mine.values_list("operation", flat=True))


@pytest.fixture
def crawl(sample: Cast, signed_in: Callable[[str], Client], user_name: str) -> Crawl:
    furnish(sample)
    if user_name == "half":
        sample.user("half", *HALF)
        sample.inline("half", "OneGroup", "iam:AddUserToGroup", "iam:AttachGroupPolicy", resource=ONE_GROUP)
        sample.inline(
            "half",
            "NotDana",
            "iam:TagUser",
            "iam:GetUserPolicy",
            effect="Deny",
            resource=f"arn:aws:iam::{ACCOUNT}:user/dana",
        )
    return Crawl(user_name, signed_in(user_name))


@pytest.mark.parametrize("user_name", ["admin", "alice", "bob", "carol", "half"])
def test_no_link_leads_to_nothing_and_no_button_is_refused_that_did_not_say_so(crawl: Crawl) -> None:
    pages = list(crawl.pages())
    ends = {url: answer.status_code for url, answer, _ in pages}
    assert {url: status for url, status in ends.items() if status not in {200, 302, 403}} == {}
    assert [(url, label) for url, _, page in pages for label, why in page.refused if not why] == []
    shown = [page for _, answer, page in pages if answer.status_code == 200]
    offers = {offer for page in shown for offer in page.offers}
    assert [offer for offer in offers if ends.get(offer[1].partition("#")[0]) == 403] == []
    assert list(crawl.lies(page for _, _, page in pages)) == []
