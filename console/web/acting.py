"""Acting as a role: who is signed in takes on a role for an hour, and leaves it again.

The role session is that of `AssumeRole` by the user in person: also from another role, as in AWS's console. It is kept,
sealed, in the user's own session and ends with it; a browser shows nothing of it. See docs/decisions/0023.
"""

from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urlencode

from django.contrib.sessions.exceptions import SessionInterrupted
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone

from policies_app.models import ConsoleSession, Role
from policies_app.operations import role_sessions, sessions
from policies_app.operations.sessions import InvalidToken, Session
from policies_app.operations.sign_in import exit_role

from .requests import ConsoleRequest

_ACTING: Final = "acting"
_RECENT: Final = "recent_roles"
MOST_RECENT: Final = 5
REGION: Final = "us-east-1"
"""Where IAM is, and so where a role was used whose session is at the console."""


@dataclass(frozen=True, slots=True)
class Label:
    """What the banner and the list of recent roles call a role: `account` is an id, `role` a name with its path."""

    account: str
    role: str
    display_name: str = ""
    color: str = "info"

    @property
    def name(self) -> str:
        return self.display_name or f"{self.role} @ {self.account}"


@dataclass(frozen=True, slots=True)
class Acting:
    role: Role
    session: Session
    label: Label


@dataclass(frozen=True, slots=True)
class Ended:
    """A role session that is over, and why; the user's own session does not know yet."""

    label: Label
    why: str


def read(request: ConsoleRequest) -> Acting | Ended | None:
    """What was kept, if it was kept for this very user."""
    kept = request.session.get(_ACTING)
    if not kept or kept["user"] != request.user.unique_id:
        return None
    label = Label(**kept["label"])
    try:
        session = sessions.read_token(kept["token"])
    except InvalidToken:  # the server's keys were changed
        return Ended(label, "cannot be read any more")
    if session.is_over(timezone.now()):
        return Ended(label, "is over")
    match sessions.identity_of(session):
        case Role() as role:
            return Acting(role, session, label)
    return Ended(label, "ended, as the role was deleted")


def switch(request: ConsoleRequest, label: Label) -> None:
    """Take the role on; raises what `AssumeRole` does. The session is named after the user, as in AWS's console."""
    path = label.role if label.role.startswith("/") else f"/{label.role}"
    assumed = role_sessions.assume_role(
        request.own_call,
        role_arn=f"arn:aws:iam::{label.account}:role{path}",
        role_session_name=request.user.name,
    )
    kept = asdict(label)
    others = [
        other
        for other in request.session.get(_RECENT, ())
        if (other["account"], other["role"]) != (label.account, label.role)
    ]
    request.session[_RECENT] = [kept, *others][:MOST_RECENT]
    request.session[_ACTING] = {"user": request.user.unique_id, "token": assumed.session.token(), "label": kept}
    _renew(request)


def link(role: Role) -> str:
    """To the form, filled for the role: for whom its trust policy lets in, to be passed on."""
    asked = {"account": role.account_id, "role": f"{role.path}{role.name}".removeprefix("/")}
    return f"{reverse('session:switch_role')}?{urlencode(asked)}"


def permissions_url(request: ConsoleRequest) -> str:
    """Where it is told what the user, or the role that the user acts as, may do; "" for a role that may not see it."""
    if not isinstance(request.acting, Acting):
        return reverse("me:permissions")
    role = request.acting.role
    return reverse("roles:access", args=[role.name]) if request.call.may("iam:GetRole", role).allowed else ""


def leave(request: ConsoleRequest) -> None:
    """Go back to being oneself; of a role session that is over already there is nothing to record."""
    switch_back(request)
    if isinstance(request.acting, Acting):
        exit_role(request.call, request.acting.role, request.user)


def switch_back(request: ConsoleRequest) -> None:
    request.session.pop(_ACTING, None)
    _renew(request)


def _renew(request: ConsoleRequest) -> None:
    """Who acts is another one: the old key of the session opens nothing, and what was sent from a page of before, in
    another tab, is not done by whom it was not meant for. A session revoked meanwhile gets no other key."""
    row = request.session.row
    if row and not ConsoleSession.objects.filter(pk=row.pk).delete()[0]:
        raise SessionInterrupted("Your session was ended meanwhile. Sign in again.")
    request.session.cycle_key()
    rotate_token(request)
