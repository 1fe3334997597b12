"""What somebody looked at last, for the search to begin with. Kept in the session, which ends with them."""

from collections.abc import Callable

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.urls import ResolverMatch

from console.web.requests import ConsoleRequest

KEPT = 6
_KEY = "recent"
_NAMES = {"users:detail": "user_name", "groups:detail": "group_name", "roles:detail": "role_name"}


class RecentMiddleware:
    """Notes the pages of users, groups, roles and policies that were shown."""

    def __init__(self, get_response: Callable[[ConsoleRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ConsoleRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 200 and request.resolver_match and (thing := _thing(request.resolver_match)):
            note(request.session, thing)
        return response


def recent(session: SessionBase) -> list[tuple[str, str]]:
    """(kind, name), the newest first; the kind of a policy is `aws` or `local`."""
    return [(kind, name) for kind, name in session.get(_KEY, ())]


def note(session: SessionBase, thing: tuple[str, str]) -> None:
    """Only what is new moves to the front: whoever goes back and forth between a few things writes nothing."""
    known = recent(session)
    if thing not in known:
        session[_KEY] = [thing, *known][:KEPT]


def _thing(match: ResolverMatch) -> tuple[str, str] | None:
    if match.view_name == "policies:detail":
        return match.kwargs["scope"], match.kwargs["policy_name"]
    if parameter := _NAMES.get(match.view_name):
        return parameter.removesuffix("_name"), match.kwargs[parameter]
    return None
