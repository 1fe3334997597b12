"""Signing in to the console: proves who somebody is. What they may do is then for their policies to say.

And leaving a role there, which CloudTrail records beside the sign-in, as an event of the role's session.
"""

from typing import Any, Final
from urllib.parse import quote

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from policies_app.models import Account, Event, Role, User
from policies_app.models.identities import identity_arn

from . import events, guessing, service_model
from .accounts import find_account
from .calls import Call, Origin
from .errors import SignInFailed
from .password_policy import policy_of

RECORDED: Final = ("ConsoleLogin", "ExitRole")
"""What is recorded here is nobody's operation: no policy allows or denies it."""


def sign_in(*, account: str, user_name: str, password: str, origin: Origin) -> User:
    """The user, or `SignInFailed` with one wording for every cause. `account` is an id or alias.

    After ten failures in ten minutes for one user from one network, or a hundred for anybody, no password is tried
    there for a while.
    """
    home = find_account(account)
    if home is None:
        make_password(password)
        raise SignInFailed("The account, user name or password is incorrect.")
    user = User.objects.filter(account=home, kind=User.KIND, name__lower=user_name.lower()).first()
    # The same record for a name that exists and one that does not: neither the answer nor the log tells which.
    arn = user.arn if user else _absent_arn(home, user_name)
    guessing.refuse(home.pk, arn, origin)
    if user is None:
        make_password(password)  # takes as long as checking one, so that the time tells nothing either
        correct = False
    else:
        correct = user.check_password(password)
    expired = bool(user and correct and _has_expired(user))
    _record(home, arn, user, origin, correct=correct and not expired)
    if user is None or not correct:
        raise SignInFailed("The account, user name or password is incorrect.")
    if expired:
        raise SignInFailed("Your password has expired. Ask an administrator for a new one.")
    return user


def _has_expired(user: User) -> bool:
    """For good, where the account's policy says so; else whoever signs in must choose another password first."""
    policy = policy_of(user.account_id)
    if policy is None or not policy.has_expired(user.password_changed):
        return False
    if not policy.hard_expiry:
        user.password_reset_required = True
        user.save(update_fields=["password_reset_required"])
    return bool(policy.hard_expiry)


def _absent_arn(account: Account, user_name: str) -> str:
    """One for a name in whatever case, as for a user's; escaped, so that a name with a path in it is nobody's ARN."""
    name = quote(service_model.storable(user_name).lower(), safe="+=,.@")
    return identity_arn(account.pk, User.KIND, name)[:2048]


def _record(account: Account, arn: str, user: User | None, origin: Origin, *, correct: bool) -> None:
    _append(
        origin,
        account=account,
        principal=arn,
        operation="ConsoleLogin",
        resource=arn,
        outcome=Event.Outcome.SUCCESS if correct else Event.Outcome.FAILED,
        error="" if correct else SignInFailed.code,
        subjects=[user.unique_id] if user else [],
    )


def exit_role(call: Call, role: Role, user: User) -> None:
    """Record that the user whom the call's session of the role is of goes back to being oneself."""
    _append(
        call.origin,
        account=role.account,
        principal=call.principal.arn,
        operation="ExitRole",
        resource=role.arn,
        outcome=Event.Outcome.SUCCESS,
        parameters={"switch_to": user.arn},
        subjects=[role.unique_id],
    )


def _append(origin: Origin, **details: Any) -> None:
    with events.unit_of_work() as record:
        record.append(
            Event(
                time=timezone.now(),
                source_ip=origin.source_ip,
                user_agent=origin.user_agent,
                request_id=origin.request_id,
                is_read=False,
                **details,
            )
        )


def only_account() -> Account | None:
    """The account, where the installation has exactly one: nobody has to name it then."""
    accounts = Account.objects.all()[:2]
    return accounts[0] if len(accounts) == 1 else None
