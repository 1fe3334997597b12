"""Who is signed in to the console: a session is listed and ended by who may do the same to the password behind it.

IAM has no actions for sessions of its console; docs/decisions/0022 tells why these two stand for them.
"""

from django.db.models import QuerySet
from django.utils import timezone

from policies_app.models import ConsoleSession, User
from policies_app.models.identities import identity_arn

from . import identities
from .calls import Call, operation
from .errors import NoSuchEntity

READING = "iam:GetLoginProfile"
MOST_LISTED = 100
"""Of one user, those used last."""


@operation("ListConsoleSessions", reads=True)
def list_console_sessions(call: Call, *, user_name: str) -> list[ConsoleSession]:
    user = identities.look_up(call, User, user_name)
    _authorize(call, user, user_name, READING)
    found = _open(user, user_name).defer("session_data")
    return list(found.order_by("-last_used", "pk")[:MOST_LISTED])


@operation("RevokeConsoleSession")
def revoke_console_session(call: Call, *, user_name: str, session_id: str) -> None:
    """`session_id` is the primary key of its row. Whoever uses it has to sign in for the next page."""
    ended, _ = _revocable(call, user_name).filter(pk=session_id).delete()
    if not ended:
        raise NoSuchEntity("The session is over already.")


@operation("RevokeConsoleSessions")
def revoke_console_sessions(call: Call, *, user_name: str, keep: str = "") -> int:
    """All of the user's but the one to `keep`, if any; how many there were."""
    ended, _ = _revocable(call, user_name).exclude(pk=keep).delete()
    return ended


def revoking_action(call: Call, user_arn: str) -> str:
    """What sets a new password, which ends the sessions as well: one's own, or somebody's."""
    return "iam:ChangePassword" if user_arn == call.principal.arn else "iam:UpdateLoginProfile"


def end_all(user: User) -> None:
    """Those of a password that is no longer the user's."""
    user.console_sessions.all().delete()


def _revocable(call: Call, user_name: str) -> QuerySet[ConsoleSession]:
    user = identities.look_up(call, User, user_name, lock=True)
    arn = user.arn if user else identity_arn(call.account_id, User.KIND, user_name)
    _authorize(call, user, user_name, revoking_action(call, arn))
    return _open(user, user_name)


def _authorize(call: Call, user: User | None, user_name: str, action: str) -> None:
    call.authorize(user or identity_arn(call.account_id, User.KIND, user_name), also=action)


def _open(user: User | None, user_name: str) -> QuerySet[ConsoleSession]:
    if user is None:
        raise identities.absent(User, user_name)
    return user.console_sessions.filter(expire_date__gt=timezone.now())
