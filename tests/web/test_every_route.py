"""What holds for every route: it refuses whoever lacks one of its actions, and needs no other."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from policies_app.models import Event
from policies_app.operations import events
from tests.factories import Cast
from tests.web.routes import PAGES, REFUSED, ROUTES, Route, caller

# They show and change nothing of the account: to sign in and out, to have a text of one's own checked, and AWS's words.
OPEN = {
    *(
        "session:sign_in",
        "session:sign_out",
        "session:switch_back",
        "policies:check",
        "policies:words",
        "policies:service_words",
        "me:why_suggestions",
    ),
    *("catalog:service", "catalog:action"),
}


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The names of all routes but the admin site's, which tests/admin/ walks."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        elif entry.namespace != "admin":
            yield from names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def recorded(outcome: str) -> set[str]:
    """The operations of the caller that ended so."""
    events.reads.flush()
    mine = Event.objects.filter(principal__endswith="/caller", outcome=outcome)
    return set(mine.values_list("operation", flat=True))


def test_every_route_is_in_the_table() -> None:
    assert {route.name for route in ROUTES} | OPEN == set(names(get_resolver()))


def test_every_page_with_tabs_says_to_which_it_belongs(company: Cast) -> None:
    """And whether it is the tab's page, or one behind it."""
    client, unmarked = caller(company, ("Allow", "*")), []
    for route in PAGES:
        _, tabs, rest = b"".join(route.ask(client)).decode().partition('<nav class="tabs"')
        if tabs and rest.partition("</nav>")[0].count("aria-current=") != 1:
            unmarked.append(route.url)
    assert unmarked == []


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_anonymous_is_sent_to_sign_in(company: Cast, route: Route) -> None:
    answer = route.ask(Client())
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("session:sign_in"))


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_without_a_policy_nothing_is_shown_or_done(company: Cast, route: Route) -> None:
    answer = route.ask(caller(company))
    assert answer.status_code == 403 or REFUSED in answer.text
    assert recorded("success") == set()


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_exactly_its_actions_are_enough(company: Cast, route: Route) -> None:
    answer = route.ask(caller(company, *(("Allow", action) for action in route.actions)))
    assert answer.status_code == (200 if route.data is None or route.is_a_page else 302)
    assert REFUSED not in b"".join(answer).decode()
    assert recorded("refused") == set()


@pytest.mark.parametrize(
    ("route", "action"), [(route, action) for route in ROUTES for action in route.actions], ids=str
)
def test_each_of_its_actions_is_needed(company: Cast, route: Route, action: str) -> None:
    answer = route.ask(caller(company, ("Allow", "*"), ("Deny", action)))
    assert action.partition(":")[2] in recorded("refused") or (answer.status_code == 403 and action in answer.text)
    assert answer.status_code in {200, 403}
