from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from console.web.forms.session import SignInForm
from console.web.requests import ConsoleRequest
from console.web.typed import Typed, give_back
from policies_app.operations import sign_in as operations
from policies_app.operations.errors import OperationError, ThrottlingError


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request: ConsoleRequest) -> HttpResponse:
    if request.htmx:
        # What was asked for needs a new session: the whole page goes to sign in, and then back to where it is now.
        return HttpResponseClientRedirect(_sign_in_url(_current_path(request)))
    target = _own_url(request, request.POST.get("next") or request.GET.get("next", ""))
    typed = Typed.unsealed(request.POST.get("typed", ""))
    if _signed_in(request):
        return _go_on(request, target, typed)
    # The account's own sign-in address names it.
    named = {"account": request.GET["account"]} if "account" in request.GET else None
    form = SignInForm(request.POST or None, initial=named, only_account=operations.only_account())
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                user = operations.sign_in(**form.cleaned_data, origin=request.origin)
            except OperationError as error:
                form.add_error(None, error.message)
                if isinstance(error, ThrottlingError):
                    status = HTTPStatus.TOO_MANY_REQUESTS
            else:
                login(request, user)
                return _go_on(request, target, typed)
    context = {"form": form, "next": target, "typed": request.POST.get("typed") if typed else None}
    return render(request, "session/sign_in.html", context, status=status)


def ask_to_sign_in(request: HttpRequest, typed: Typed) -> HttpResponse:
    """In the place of the page that was posted to, with what was typed on it."""
    form = SignInForm(only_account=operations.only_account())
    context = {"form": form, "next": typed.url, "typed": typed.sealed()}
    response = render(request, "session/sign_in.html", context, status=HTTPStatus.FORBIDDEN)
    add_never_cache_headers(response)
    return response


@login_not_required
def form_expired(request: ConsoleRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django gives it
    """For a POST without the token of the browser's session, as after signing in anew: nothing is done.

    What our own pages sent comes back on a form with a new token, which somebody has to send again.
    """
    if (typed := Typed.of(request)) is None:
        return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)
    if not _signed_in(request):
        return ask_to_sign_in(request, typed)
    if not give_back(request, typed):
        return render(request, "403_csrf.html", {"somebody_else": True}, status=HTTPStatus.FORBIDDEN)
    return redirect(typed.url)


def _go_on(request: ConsoleRequest, target: str, typed: Typed | None) -> HttpResponse:
    if typed is None or give_back(request, typed):
        return redirect(target)
    messages.warning(request, "What was typed on the page before is another user's, so it is not shown.")
    return redirect(settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request: ConsoleRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _own_url(request: ConsoleRequest, url: str) -> str:
    """`next` only if it stays in this console: a link to sign in must not lead to somebody else's site."""
    # What does not begin with a slash may be the name of a view to `redirect`, or of none: `a:b`.
    own = url.startswith("/") and url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
    return url if own else resolve_url(settings.LOGIN_REDIRECT_URL)


def _current_path(request: ConsoleRequest) -> str:
    """Where the page was that htmx asked from; empty for what is no address of this console."""
    try:
        return request.htmx.current_url_abs_path or ""
    except ValueError:
        return ""


def _sign_in_url(path: str) -> str:
    return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': path})}" if path else reverse(settings.LOGIN_URL)
