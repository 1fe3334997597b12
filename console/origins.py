"""Where a request comes from, as both doors record it."""

import uuid
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from policies_app.operations.calls import Origin
from policies_app.operations.service_model import storable


def origin_of(request: HttpRequest) -> Origin:
    return Origin(
        source_ip=source_ip(request),
        user_agent=storable(request.headers.get("User-Agent", ""))[:512],
        request_id=name_request(request),
    )


def name_request(request: HttpRequest) -> str:
    """The request's id: the same in its answer and in its events."""
    return str(request.META.setdefault("grantbook.request_id", str(uuid.uuid4())))


def source_ip(request: HttpRequest) -> str | None:
    """The client's address: of X-Forwarded-For only what the trusted proxies themselves appended is believed."""
    proxies: int = settings.TRUSTED_PROXIES
    claimed = [request.META.get("REMOTE_ADDR", "")]
    if proxies:
        claimed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")][-proxies:]
        if len(claimed) < proxies:
            return None
    try:
        return str(ip_address(_without_port(claimed[0])))
    except ValueError:
        return None


def _without_port(address: str) -> str:
    """Some proxies append the client's port: `203.0.113.7:51334`, `[2001:db8::7]:51334`."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
