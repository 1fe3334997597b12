from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from console.web import starts
from console.web.documents import readable
from console.web.errors import add_to_form
from console.web.findings import find
from console.web.forms.policies import PolicyForm, StartFilters
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.summaries import asked_actions
from policies_app.engine.analyzer.summary import summarize
from policies_app.engine.compiled import compile_document
from policies_app.engine.decision import Decision
from policies_app.engine.parser import Layer
from policies_app.models import Policy
from policies_app.operations import policies, policy_versions
from policies_app.operations.calls import Call
from policies_app.operations.documents import MANAGED_POLICY_SIZE, size
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.policy_templates import POLICY_TEMPLATES

from .event_history import history
from .identities import Gate
from .policy_pages import link, may_create, of_policy, page, url

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: ConsoleRequest) -> HttpResponse:
    begun = starts.start(request)
    if isinstance(begun, HttpResponse):
        return begun
    path = {"path": request.GET.get("path") or "/"}
    if request.method != "POST":
        Gate(may_create(request.call, path["path"])).require()
    form = PolicyForm(initial=path | begun.fields) if begun else PolicyForm(request.POST)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                policy = policies.create_policy(request.call, **form.cleaned_data)
            except OperationError as error:
                add_to_form(form, error)
                status = 403 if isinstance(error, AccessDenied) else 422
            else:
                text = "Created the policy {}. It grants nothing until it is attached."
                messages.success(request, format_html(text, link("local", policy.name)))
                return redirect(url(policy, "attach"))
    text = form["policy_document"].value() or ""
    context = {
        "form": form,
        # A blank policy is incomplete, which nobody needs to be told before typing.
        "findings": None if text == starts.BLANK else find(text, Layer.IDENTITY, managed=True),
        "limit": MANAGED_POLICY_SIZE,
        "begun": begun,
        "started": begun.fields.get("started") if begun else request.POST.get("started"),
        "templates": POLICY_TEMPLATES.values(),
        "may_create": Gate(may_create(request.call, form["path"].value() or "/")),
    }
    return render(request, "policies/create.html", context, status=status)


@require_safe
@vary_on_headers("HX-Request")
def start(request: ConsoleRequest) -> HttpResponse:
    """The policies that a new one may start from, for the form at `?to=`, which has what was typed so far."""
    filters = StartFilters(request.GET)
    context: dict[str, Any] = {"filters": filters}
    status = 400
    if filters.is_valid():
        found = panel(policies.list_policies, request.call, **filters.parameters(), max_items=PAGE_SIZE)
        status = 403 if found.refused else 200
        context |= {"found": found}
        if found.value:
            context |= {
                "rows": [
                    (
                        policy,
                        _may_read(request.call, policy),
                        f"{filters.cleaned_data['to']}?{urlencode({'from': policy.arn})}",
                    )
                    for policy in found.value.items
                ],
                "next_url": filters.page_url(found.value.next),
                "previous_url": filters.page_url(found.value.previous, backwards=True),
            }
    swap = request.htmx and not request.htmx.boosted
    return render(request, f"policies/start.html{'#rows' if swap else ''}", context, status=status)


def _may_read(call: Call, policy: Policy) -> Decision:
    """Of the two actions that its text takes, the one that is refused, if one is."""
    asked = (call.may(action, policy) for action in ("iam:GetPolicyVersion", "iam:GetPolicy"))
    return min(asked, key=lambda decision: decision.allowed)


@require_safe
@of_policy
def detail(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    version = panel(policy_versions.version_in_force, request.call, policy)
    context = {"facts": policies.facts(policy), "version": version}
    if version.value:
        document = version.value.document
        text = readable(document.text)
        context |= {"text": text, "size": size(text), "limit": MANAGED_POLICY_SIZE}
        # One that cannot be understood allows nothing.
        if compiled := compile_document(document.sha256, document.text, Layer.IDENTITY):
            context |= {"summary": summarize(compiled), "actions": asked_actions(request, [compiled])}
    return page(request, policy, "policies/detail.html", context)


@require_safe
@of_policy
def events(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    return page(request, policy, "policies/events.html", history(request, policy))
