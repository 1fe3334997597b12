"""Signing in to the console: proves who somebody is. What they may do is then for their policies to say."""

from datetime import timedelta
from urllib.parse import quote

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone

from policies_app.models import Account, Event, User
from policies_app.models.identities import identity_arn

from . import events, service_model
from .calls import Origin
from .errors import SignInFailed, ThrottlingError

ATTEMPTS = 10
WINDOW = timedelta(minutes=10)


def sign_in(*, account: str, user_name: str, password: str, origin: Origin) -> User:
    """The user, or `SignInFailed` with one wording for every cause. `account` is an id or alias.

    After ten failures in ten minutes for one user from one address, no password is tried there for a while.
    """
    try:
        home = Account.objects.get(Q(pk=account) | Q(alias=account))
    except Account.DoesNotExist:
        make_password(password)
        raise SignInFailed("The account, user name or password is incorrect.") from None
    user = User.objects.filter(account=home, kind=User.KIND, name__lower=user_name.lower()).first()
    # The same record for a name that exists and one that does not: neither the answer nor the log tells which.
    arn = user.arn if user else _absent_arn(home, user_name)
    if _recent_failures(home, arn, origin) >= ATTEMPTS:
        raise ThrottlingError("Too many attempts to sign in as this user from here. Wait ten minutes and try again.")
    if user is None:
        make_password(password)  # takes as long as checking one, so that the time tells nothing either
        correct = False
    else:
        correct = user.check_password(password)
    _record(home, arn, origin, correct=correct)
    if user is None or not correct:
        raise SignInFailed("The account, user name or password is incorrect.")
    return user


def _absent_arn(account: Account, user_name: str) -> str:
    """One for a name in whatever case, as for a user's; escaped, so that a name with a path in it is nobody's ARN."""
    name = quote(service_model.storable(user_name).lower(), safe="+=,.@")
    return identity_arn(account.pk, User.KIND, name)[:2048]


def _recent_failures(account: Account, arn: str, origin: Origin) -> int:
    return Event.objects.filter(
        account=account,
        principal=arn,
        operation="ConsoleLogin",
        outcome=Event.Outcome.FAILED,
        source_ip=origin.source_ip,
        time__gte=timezone.now() - WINDOW,
    ).count()


def _record(account: Account, arn: str, origin: Origin, *, correct: bool) -> None:
    with events.unit_of_work() as record:
        record.append(
            Event(
                account=account,
                time=timezone.now(),
                principal=arn,
                operation="ConsoleLogin",
                resource=arn,
                outcome=Event.Outcome.SUCCESS if correct else Event.Outcome.FAILED,
                error="" if correct else SignInFailed.code,
                source_ip=origin.source_ip,
                user_agent=origin.user_agent,
                request_id=origin.request_id,
            )
        )


def only_account() -> Account | None:
    """The account, where the installation has exactly one: nobody has to name it then."""
    accounts = Account.objects.all()[:2]
    return accounts[0] if len(accounts) == 1 else None
