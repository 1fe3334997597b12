""" "Why can't I…?", and for administrators why a user, role or group cannot: the engine's explanation in words."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.web.acting import Acting
from console.web.errors import add_to_form
from console.web.forms.why import SUGGESTED, WhyForm, circumstances
from console.web.requests import ConsoleRequest
from console.web.why import ME, YOU, Answer, Whom, arn_forms, key_fields, known_keys, lay_out, letter, policy_text
from policies_app.engine.catalog.services import catalog
from policies_app.engine.catalog.word_search import actions_named
from policies_app.engine.decision import Decision
from policies_app.models import Identity, Role
from policies_app.operations.calls import Context
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.operations.explanations import explain, known_of

from .identities import Kind, page_of
from .me import page_of_mine, to_ask_for


@require_safe
def own(request: ConsoleRequest) -> HttpResponse:
    call = request.call
    form = WhyForm(request.GET)
    context = _asked(request, form, request.user, call.context, YOU)
    if explanation := context["explanation"]:
        told = lay_out(explanation, ME)
        context["letter"] = letter(told, _facts(request, form, told), _link(request, form, request.user))
    context["ask"] = to_ask_for(request, "ask_why")
    return page_of_mine(request, "why", "me/why.html", context, status=_status(form, context))


@require_safe
def of_identity(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    try:
        identity = kind.get(request.call, **name)
    except AccessDenied as error:
        if isinstance(request.acting, Acting) and kind.named(request.acting.role.name) == name:
            return _to_send_on(request, request.acting.role, error.decision)
        raise
    form = WhyForm(request.GET)
    caller = request.call.principal
    now = request.call.context if identity.arn in {caller.arn, caller.role_arn} else known_of(identity)
    context = _asked(request, form, identity, now, Whom.of(kind.kind, identity.name))
    return page_of(request, kind, identity, "identities/why.html", context, status=_status(form, context))


def _to_send_on(request: ConsoleRequest, role: Role, decision: Decision) -> HttpResponse:
    """To who acts as a role that may not read itself: the question as an administrator can open it."""
    context = {"role": role, "asked": request.GET, "decision": decision, "link": request.build_absolute_uri()}
    return render(request, "why/of_own_role.html", context, status=HTTPStatus.FORBIDDEN)


@require_safe
def suggestions(request: ConsoleRequest) -> HttpResponse:
    """The actions that a part of a name may mean, and what the one that is named is done to. AWS's words alone."""
    typed = request.GET.get("action", "")[:128]
    call = request.call
    known = catalog().action(typed.strip())
    context = {
        "actions": actions_named(typed, SUGGESTED),
        "arn_action": known.full_name if known else "",
        "arn_forms": arn_forms(known, call.account_id, call.principal.arn),
    }
    return render(request, "why/form.html#suggestions", context)


def _asked(request: ConsoleRequest, form: WhyForm, identity: Identity, now: Context, whom: Whom) -> dict[str, Any]:
    explanation, refused = None, None
    if form.is_valid():
        asked, given = form.cleaned_data, circumstances(now, form.given)
        try:
            explanation = explain(request.call, identity, asked["action"], asked["resource"], given)
        except AccessDenied as error:
            refused = error.decision
        except OperationError as error:
            add_to_form(form, error)
    elif not form.is_bound:
        may = request.call.may("iam:SimulatePrincipalPolicy", identity)
        refused = None if may.allowed else may
    answer = lay_out(explanation, whom) if explanation else None
    return {
        "form": form,
        "explanation": explanation,
        "arn_action": form.known.full_name if form.known else "",
        "arn_forms": arn_forms(
            form.known, identity.account_id, identity.arn, "yourself" if whom is YOU else identity.name
        ),
        "keys": known_keys(form.known, catalog()),
        "fields": key_fields(now, form.given, answer.missing if answer else ()),
        "answer": answer,
        "policy": policy_text(answer.statement) if answer and answer.statement else "",
        "refused": refused,
    }


def _status(form: WhyForm, context: dict[str, Any]) -> int:
    if context["refused"]:
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _facts(request: ConsoleRequest, form: WhyForm, answer: Answer) -> dict[str, str]:
    """What an administrator finds the question by in the events, and what it was asked with."""
    refused = form.cleaned_data["refused"]
    now = timezone.now().strftime("%Y-%m-%d %H:%M:%S UTC")
    return (
        {"Asked": f"{now}, request {request.origin.request_id}"}
        | ({"Refused": f"request {refused}"} if refused else {})
        | ({"With": ", ".join(f"{name} {value}" for name, value in form.given.items())} if form.given else {})
        | ({"Unknown": ", ".join(answer.missing)} if answer.missing else {})
    )


def _link(request: ConsoleRequest, form: WhyForm, identity: Identity) -> str:
    """The same question on the page of an administrator."""
    asked = form.cleaned_data
    pairs = [pair for name, value in form.given.items() for pair in (("key", name), ("value", value))]
    query = urlencode([("action", asked["action"]), ("resource", asked["resource"]), *pairs], safe=":/*")
    return request.build_absolute_uri(f"{reverse(f'{identity.kind}s:why', args=[identity.name])}?{query}")
