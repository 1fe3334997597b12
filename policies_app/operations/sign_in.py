"""Signing in to the console: proves who somebody is. What they may do is then for their policies to say."""

from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import quote

from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.utils import timezone

from policies_app.models import Account, Event, User
from policies_app.models.identities import identity_arn

from . import events, service_model
from .calls import Origin
from .errors import SignInFailed, ThrottlingError
from .password_policy import policy_of

# Failures in the window after which no password is tried: for one user from one network, and for anybody from it.
ATTEMPTS = 10
ATTEMPTS_OF_A_NETWORK = 100
WINDOW = timedelta(minutes=10)
# A customer of an IPv6 provider has at least this many addresses to come from, so they count as one.
IPV6_CUSTOMER = 64


def sign_in(*, account: str, user_name: str, password: str, origin: Origin) -> User:
    """The user, or `SignInFailed` with one wording for every cause. `account` is an id or alias.

    After ten failures in ten minutes for one user from one network, or a hundred for anybody, no password is tried
    there for a while.
    """
    try:
        home = Account.objects.get(Q(pk=account) | Q(alias=account))
    except Account.DoesNotExist:
        make_password(password)
        raise SignInFailed("The account, user name or password is incorrect.") from None
    user = User.objects.filter(account=home, kind=User.KIND, name__lower=user_name.lower()).first()
    # The same record for a name that exists and one that does not: neither the answer nor the log tells which.
    arn = user.arn if user else _absent_arn(home, user_name)
    _refuse_guessing(home, arn, origin)
    if user is None:
        make_password(password)  # takes as long as checking one, so that the time tells nothing either
        correct = False
    else:
        correct = user.check_password(password)
    expired = bool(user and correct and _has_expired(user))
    _record(home, arn, origin, correct=correct and not expired)
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


def _refuse_guessing(account: Account, arn: str, origin: Origin) -> None:
    failures = Event.objects.filter(
        account=account,
        operation="ConsoleLogin",
        outcome=Event.Outcome.FAILED,
        time__gte=timezone.now() - WINDOW,
    ).order_by("-sequence")
    home = _network(origin.source_ip)
    if _from_network(home, failures.filter(principal=arn)) >= ATTEMPTS:
        raise ThrottlingError("Too many attempts to sign in as this user from here. Wait ten minutes and try again.")
    if _from_network(home, failures) >= ATTEMPTS_OF_A_NETWORK:
        raise ThrottlingError("Too many attempts to sign in from here. Wait ten minutes and try again.")


def _from_network(network: IPv4Network | IPv6Network | None, failures: QuerySet[Event]) -> int:
    """Of the newest thousand, so that a flood of them does not make each attempt slower than the last."""
    addresses: Iterable[str | None] = failures.values_list("source_ip", flat=True)[:1000]
    return sum(_network(address) == network for address in addresses)


def _network(address: str | None) -> IPv4Network | IPv6Network | None:
    if address is None:
        return None
    return ip_network((address, IPV6_CUSTOMER if ":" in address else 32), strict=False)


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
