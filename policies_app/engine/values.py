"""Reading the typed values that conditions compare: numbers, dates, booleans, addresses and base64.

Every reader takes a text and returns a value, or raises `InvalidValue`. They are cached, since a decision reads the
same policy values again and again.
"""

import re
from base64 import b64decode
from datetime import date
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from policies_app.engine.errors import InvalidValue

Network = IPv4Network | IPv6Network

_CACHED: Final = 4096
_LONGEST: Final = 4096
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_EPOCH: Final = re.compile(r"(-?[0-9]{1,19})(?:\.([0-9]{1,9}))?")
_LAST_EPOCH: Final = 9_223_372_036_854_775_807
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?"
    r"(?:[Tt]([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]{1,9}))?)?)?"
    r"(?:([Zz])|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?"
)
_NANOSECONDS: Final = 1_000_000_000
_MAPPED_PREFIX: Final = 96
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


@lru_cache(_CACHED)
def read_number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise InvalidValue(f"{text[:60]!r} is not a number")
    return Decimal(text)


@lru_cache(_CACHED)
def read_date(text: str) -> int:
    """Nanoseconds since 1970-01-01T00:00:00Z, from one of the W3C profiles of ISO 8601 or from epoch seconds.

    Four digits alone are a year, as in the W3C profile; any other whole number is epoch seconds. A time without a
    zone is UTC. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    if match := _DATE.fullmatch(text):
        return _moment(match)
    if match := _EPOCH.fullmatch(text):
        seconds, fraction = int(match[1]), int((match[2] or "").ljust(9, "0"))
        if abs(seconds) <= _LAST_EPOCH:
            return seconds * _NANOSECONDS + (fraction if not text.startswith("-") else -fraction)
    raise InvalidValue(f"{text[:60]!r} is not a date (2026-01-31T12:00:00Z) or epoch seconds")


def _moment(match: re.Match[str]) -> int:
    year, month, day, hour, minute, second, fraction, _, sign, zone_hour, zone_minute = match.groups()
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    ahead = (int(zone_hour or 0) * 60 + int(zone_minute or 0)) * (-1 if sign == "-" else 1)
    if hours > 23 or minutes > 59 or seconds > 59 or abs(ahead) >= 24 * 60 or int(zone_minute or 0) > 59:
        raise InvalidValue(f"{match[0]!r} is not a time of day")
    try:
        days = date(int(year), int(month or 1), int(day or 1)).toordinal() - _EPOCH_DAY
    except ValueError as error:
        raise InvalidValue(f"{match[0]!r} is not a day of the calendar") from error
    whole = ((days * 24 + hours) * 60 + minutes - ahead) * 60 + seconds
    return whole * _NANOSECONDS + int((fraction or "").ljust(9, "0"))


def read_bool(text: str) -> bool:
    match text.lower():
        case "true":
            return True
        case "false":
            return False
        case _:
            raise InvalidValue(f'{text[:60]!r} is neither "true" nor "false"')


@lru_cache(_CACHED)
def read_network(text: str) -> Network:
    """An IPv4 or IPv6 range in CIDR form; a single address is a range of one. Bits behind the prefix are dropped.

    An IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`), as dual-stack servers report it, is the IPv4 address.
    """
    if "%" in text or text.partition("/")[2].count("."):  # ip_network takes scopes and netmasks; IAM takes CIDR only
        raise InvalidValue(f"{text[:60]!r} is not an IP address or CIDR range")
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        raise InvalidValue(f"{text[:60]!r} is not an IP address or CIDR range") from error
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is not None and network.prefixlen >= _MAPPED_PREFIX:
        return IPv4Network((mapped, network.prefixlen - _MAPPED_PREFIX))
    return network


@lru_cache(_CACHED)
def read_binary(text: str) -> bytes:
    if len(text) > _LONGEST:
        raise InvalidValue("the base64 text is too long")
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidValue(f"{text[:60]!r} is not base64") from error
