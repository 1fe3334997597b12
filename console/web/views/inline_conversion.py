"""An inline policy becomes a managed one of the same text, attached in its place.

One transaction: whoever is decided about meanwhile has the one or the other, never none and never more.
"""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.web.documents import readable
from console.web.errors import add_to_form
from console.web.forms.conversion import ConversionForm
from console.web.requests import ConsoleRequest
from policies_app.models import InlinePolicy
from policies_app.models.policies import policy_arn
from policies_app.operations import policies
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, ConcurrentModification

from .identities import Gate, Kind, form_view, gate, tell
from .plans import Planned, Stopped, carry_out
from .policy_pages import may_create


@form_view
def convert(request: ConsoleRequest, kind: Kind, policy_name: str, **name: str) -> HttpResponse:
    call = request.call
    inline = kind.get_inline(call, **name, policy_name=policy_name)
    Gate(may_create(call)).require()
    initial = {"policy_name": inline.name, "base_sha256": inline.document_id}
    form = ConversionForm(request.POST if request.method == "POST" else None, initial=initial)
    plan = _plan(call, kind, inline, form, name)
    refused, status = None, 422 if form.errors else 200
    if form.is_bound and form.is_valid():
        stopped = carry_out(plan)
        if stopped is None:
            made = form.cleaned_data["policy_name"]
            url = reverse("policies:detail", args=["local", made])
            tell(
                request,
                kind,
                'now has the managed policy <a href="{}">{}</a> in place of an inline one.',
                url,
                made,
                **name,
            )
            return redirect(kind.url("detail", **name))
        status = 422
        if isinstance(stopped.error, AccessDenied):
            refused, status = stopped.error.decision, 403
        else:
            form = _with_problem(form, stopped, inline)
    not_allowed = [planned.gate for planned in plan if not planned.gate.allowed]
    context = {
        "kind": kind,
        "name": name[kind.parameter],
        "inline": inline,
        "text": readable(inline.document.text),
        "form": form,
        "plan": plan,
        "refused": refused,
        "may_convert": not_allowed[0] if not_allowed else plan[0].gate,
    }
    return render(request, "identities/inline_convert.html", context, status=status)


def _plan(call: Call, kind: Kind, inline: InlinePolicy, form: ConversionForm, name: dict[str, str]) -> list[Planned]:
    """The old one goes last, and only if it still is what was looked at."""
    managed, path = str(form["policy_name"].value() or ""), str(form["path"].value() or "/")
    arn = policy_arn(call.account_id, managed, path)
    details: dict[str, Any] = {"policy_name": managed, "path": path, "policy_document": inline.document.text}
    if description := str(form["description"].value() or ""):
        details["description"] = description
    base = str(form["base_sha256"].value() or "")
    own = {**name, "policy_name": inline.name}
    return [
        Planned(
            f"Create the managed policy {managed}",
            partial(policies.create_policy, call, **details),
            Gate(call.may("iam:CreatePolicy", arn)),
            "create",
        ),
        Planned(
            f"Attach it to the {kind.kind} {inline.identity.name}",
            partial(kind.attach, call, **name, policy_arn=arn),
            gate(call, kind.action("Attach{}Policy"), inline.identity, {"iam:PolicyARN": arn}),
            "attach",
        ),
        Planned(
            f"Delete the inline policy {inline.name}",
            partial(kind.delete_inline, call, **own, base_sha256=base),
            gate(call, kind.action("Delete{}Policy"), inline.identity),
            "delete",
        ),
    ]


def _with_problem(form: ConversionForm, stopped: Stopped, inline: InlinePolicy) -> ConversionForm:
    """What somebody saved meanwhile is what the page shows now, and what is converted when it is sent again."""
    if isinstance(stopped.error, ConcurrentModification) and stopped.part == "delete":
        form = ConversionForm({**form.data, "base_sha256": inline.document_id})
        form.full_clean()
        form.add_error(
            None, "Somebody changed the policy after you opened it. Look at its text below, then convert it."
        )
    else:
        add_to_form(form, stopped.error)
    return form
