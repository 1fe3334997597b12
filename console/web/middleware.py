"""Asks for somebody signed in, and makes each request a `Call`.

That is who asks, from where, with the context keys that the request itself brings.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from console.origins import origin_of
from policies_app.operations import last_used
from policies_app.operations.calls import Call

from . import acting
from .errors import answer
from .requests import ConsoleRequest
from .typed import Typed
from .views import switch_role
from .views.session import ask_to_sign_in

# Whatever became of the role or the password.
ALWAYS = {"session:sign_out", "session:switch_back"}


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page but those that say otherwise needs somebody signed in. What was typed meanwhile is kept."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], *arguments: Any
    ) -> HttpResponseBase | None:
        refused = super().process_view(request, view_func, *arguments)
        if refused and request.method == "POST" and (typed := Typed.of(request)):
            return ask_to_sign_in(request, typed)
        return refused


class CallMiddleware:
    """Puts `request.call` in place for signed-in users and turns operation errors that no view took into pages.

    Who acts as a role asks as its session, and as nobody else.
    """

    def __init__(self, get_response: Callable[[ConsoleRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ConsoleRequest) -> HttpResponse:
        request.origin = request.session.origin = origin_of(request)
        request.acting = None
        if request.user.is_authenticated:
            secure = "true" if request.is_secure() else "false"
            context = {"aws:SecureTransport": secure, "aws:MultiFactorAuthPresent": "false"}
            request.call = request.own_call = Call.by_user(request.user, request.origin, context)
            request.acting = acting.read(request)
            if isinstance(request.acting, acting.Acting):
                request.call = Call.by_role_session(
                    request.acting.role, request.acting.session, request.origin, context
                )
                last_used.note_role(request.acting.role, acting.REGION)
            # Django's own permission checks (`has_perm`) ask with the same context.
            request.user.call = request.call
            if request.session.row:
                last_used.note_session(request.session.row, request.origin)
        return self.get_response(request)

    def process_view(self, request: ConsoleRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        if not match or match.view_name in ALWAYS:
            return None
        if isinstance(request.acting, acting.Ended):
            return switch_role.ended(request, request.acting)
        if request.acting and match.namespace == "me":
            return switch_role.not_of_a_role(request)
        # Who must choose a new password does that first. Anonymous users have none.
        if getattr(request.user, "password_reset_required", False) and match.view_name != "me:password":
            return redirect(reverse("me:password"))
        return None

    def process_exception(self, request: ConsoleRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception)
