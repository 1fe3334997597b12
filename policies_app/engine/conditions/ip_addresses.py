"""IP address operators: an address or range of the request lies within a range of the policy, IPv4 and IPv6."""

from functools import partial
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from policies_app.engine.conditions.matching import Match, comparing
from policies_app.engine.values import Network, read_network


def _within(address: Network, allowed: Network) -> bool:
    match address, allowed:
        case IPv4Network(), IPv4Network():
            return address.subnet_of(allowed)
        case IPv6Network(), IPv6Network():
            return address.subnet_of(allowed)
        case _:
            return False


MATCHES: Final[dict[str, Match]] = {"IpAddress": partial(comparing, read_network, _within)}
