"""To take on a role in the console, and to leave it."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from console.web import acting
from console.web.acting import Ended, Label
from console.web.errors import add_to_form
from console.web.forms.switch_role import SwitchRoleForm
from console.web.requests import ConsoleRequest
from console.web.typed import Typed, give_back
from policies_app.operations.errors import AccessDenied, OperationError

from .identities import form_view


@form_view
def switch_role(request: ConsoleRequest) -> HttpResponse:
    """A link may bring what the form is filled with; somebody has to send it."""
    if request.method != "POST":
        asked = {name: request.GET[name] for name in SwitchRoleForm.base_fields if name in request.GET}
        return _show(request, SwitchRoleForm(initial={"account": request.own_call.account_id} | asked))
    form = SwitchRoleForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        acting.switch(request, Label(**form.cleaned_data))
    except AccessDenied as error:
        return _show(request, form, status=HTTPStatus.FORBIDDEN, refused=error)
    except OperationError as error:
        add_to_form(form, error)
        return _show(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _show(
    request: ConsoleRequest,
    form: SwitchRoleForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    refused: AccessDenied | None = None,
) -> HttpResponse:
    return render(request, "session/switch_role.html", {"form": form, "refused": refused}, status=status)


@require_POST
def switch_back(request: ConsoleRequest) -> HttpResponse:
    """Needs no permission, and is possible whatever became of the role."""
    if request.acting:
        acting.leave(request)
        messages.success(request, format_html("You are yourself again: <strong>{}</strong>.", request.user.name))
    return redirect(settings.LOGIN_REDIRECT_URL)


def ended(request: ConsoleRequest, over: Ended) -> HttpResponse:
    """In the place of the page that was asked for: nothing is done by the user that the role was asked to do."""
    acting.switch_back(request)
    said = format_html(
        "Your session as <strong>{}</strong> {}. You are yourself again: <strong>{}</strong>.",
        over.label.name,
        over.why,
        request.user.name,
    )
    if request.method in {"GET", "HEAD"}:
        messages.warning(request, said)
        return HttpResponseClientRefresh() if request.htmx else redirect(request.get_full_path())
    messages.warning(request, said + " Nothing was done.")
    if request.htmx:
        return HttpResponseClientRefresh()
    if (typed := Typed.of(request)) and give_back(request, typed):
        return redirect(typed.url)
    return redirect(_page_before(request))


def _page_before(request: ConsoleRequest) -> str:
    url = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if own else settings.LOGIN_REDIRECT_URL


def not_of_a_role(request: ConsoleRequest) -> HttpResponse:
    """In the place of the pages about oneself: a role has no password, no keys and no sessions of its own here."""
    context = {"permissions_url": acting.permissions_url(request)}
    return render(request, "me/acting.html", context, status=HTTPStatus.FORBIDDEN)
