"""What somebody typed into a form with a document that was not taken, as the session or the form's token had ended.

The sign-in page carries it, encrypted and bound to the user whose page the form was on; it comes back, on the form's
own page, to that user alone. Only what this console's own pages sent is kept: see docs/decisions/0008.
"""

from dataclasses import asdict, dataclass
from typing import Final, Self

from django.contrib import messages
from django.http import HttpRequest

from .requests import ConsoleRequest
from .sealing import seal, unseal

MOST_KEPT: Final = 262_144
"""In characters, of all fields together: twice the longest document."""

_KEY: Final = "typed"
# A token is of the old session; a confirmation is to be given anew; the base is read anew.
NOT_KEPT: Final = frozenset(
    {"csrfmiddlewaretoken", "confirmed_warnings", "base_document", "typed_by", "start", "replace"}
)


@dataclass(frozen=True, slots=True)
class Typed:
    """`owner` is the unique id of the user whose page it was, `url` the page's address with its query."""

    owner: str
    url: str
    fields: dict[str, str]

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """What a request brings that was stopped; None where there is nothing to keep, or it is not from our own page.

        A sign-in page brings what it carried.
        """
        if not _from_own_page(request) or getattr(request, "htmx", False):
            return None
        if token := request.POST.get("typed"):
            return cls.unsealed(token)
        owner = request.POST.get("typed_by")
        fields = {name: str(value) for name, value in request.POST.items() if name not in NOT_KEPT}
        if not owner or _too_long(fields):
            return None
        return cls(owner, request.get_full_path(), fields)

    def sealed(self) -> str:
        return seal(__name__, asdict(self))

    @classmethod
    def unsealed(cls, token: str) -> Self | None:
        opened = unseal(__name__, token)
        return cls(**opened) if opened else None


def _from_own_page(request: HttpRequest) -> bool:
    """Browsers name the origin of every POST: no other site can put its text before somebody as their own."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _too_long(fields: dict[str, str]) -> bool:
    return sum(map(len, fields.values())) > MOST_KEPT


def give_back(request: ConsoleRequest, typed: Typed) -> bool:
    """Keep it in the session for the form's page, if it is this user's: at most one such form at a time."""
    if typed.owner != request.user.unique_id:
        return False
    notice = "What you typed is back. Nothing of it is saved yet: look it over, then save it."
    _put(request, typed.url.partition("?")[0], typed.fields, notice)
    return True


def keep(request: ConsoleRequest, fields: dict[str, str]) -> bool:
    """While somebody chooses on another page what to start from; not if it is too long."""
    if _too_long(fields):
        return False
    _put(request, request.path, fields, "")
    return True


def _put(request: ConsoleRequest, path: str, fields: dict[str, str], notice: str) -> None:
    request.session[_KEY] = {"path": path, "fields": fields, "notice": notice}


def given_back(request: ConsoleRequest) -> dict[str, str]:
    """The fields that the page's form is to show again, once; nothing if there are none."""
    kept = request.session.get(_KEY)
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return {}
    del request.session[_KEY]
    if kept["notice"]:
        messages.warning(request, kept["notice"])
    fields: dict[str, str] = kept["fields"]
    return fields
