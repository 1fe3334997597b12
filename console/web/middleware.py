"""Makes each request a `Call`: who asks, from where, with the context keys that the request itself brings."""

import uuid
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from policies_app.operations.calls import Call, Origin
from policies_app.operations.service_model import storable

from .errors import answer
from .requests import ConsoleRequest


class CallMiddleware:
    """Puts `request.call` in place for signed-in users and turns operation errors that no view took into pages."""

    def __init__(self, get_response: Callable[[ConsoleRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ConsoleRequest) -> HttpResponse:
        request.origin = Origin(
            source_ip=source_ip(request),
            user_agent=storable(request.headers.get("User-Agent", ""))[:512],
            request_id=str(uuid.uuid4()),
        )
        if request.user.is_authenticated:
            secure = "true" if request.is_secure() else "false"
            request.call = Call.by_user(request.user, request.origin, {"aws:SecureTransport": secure})
            # Django's own permission checks (`has_perm`) ask with the same context.
            request.user.call = request.call
        return self.get_response(request)

    def process_view(self, request: ConsoleRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Who must choose a new password does that first."""
        if getattr(request.user, "password_reset_required", False):  # which anonymous users do not have
            match = request.resolver_match
            if match and match.view_name not in {"me:password", "session:sign_out"}:
                return redirect(reverse("me:password"))
        return None

    def process_exception(self, request: ConsoleRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception)


def source_ip(request: ConsoleRequest) -> str | None:
    """The client's address: of X-Forwarded-For only what the trusted proxies themselves appended is believed."""
    proxies: int = settings.TRUSTED_PROXIES
    claimed = [request.META.get("REMOTE_ADDR", "")]
    if proxies:
        claimed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")][-proxies:]
        if len(claimed) < proxies:
            return None
    try:
        return str(ip_address(claimed[0]))
    except ValueError:
        return None
