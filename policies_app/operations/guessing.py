"""Who has guessed too many passwords waits, whether they signed in or gave an old password to change it."""

from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from django.db.models import Q, QuerySet
from django.utils import timezone

from policies_app.models import Event

from .calls import Origin
from .errors import InvalidCurrentPassword, ThrottlingError

# Failures in the window after which no password is tried: for one user from one network, and for anybody from it.
ATTEMPTS = 10
ATTEMPTS_OF_A_NETWORK = 100
WINDOW = timedelta(minutes=10)
# A customer of an IPv6 provider has at least this many addresses to come from, so they count as one.
IPV6_CUSTOMER = 64


def refuse(account_id: str, arn: str, origin: Origin) -> None:
    """Raise `ThrottlingError` after too many wrong passwords of the user of the ARN, or of anybody, from there."""
    failures = Event.objects.filter(
        Q(operation="ConsoleLogin") | Q(operation="ChangePassword", error=InvalidCurrentPassword.code),
        account_id=account_id,
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
