"""The policies of a user, group or role: attached, inline and boundary. One set of views for all three kinds."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from console.web import acting, starts
from console.web.errors import add_to_form
from console.web.findings import find
from console.web.forms.identities import DeleteForm, InlinePolicyForm
from console.web.forms.policies import normal_lines
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.engine.parser import Layer
from policies_app.models import Document, Identity, Policy, Role
from policies_app.operations import instance_profiles, users
from policies_app.operations.bearing_policies import through_groups
from policies_app.operations.errors import AccessDenied, ConcurrentModification, OperationError
from policies_app.operations.policies import list_policies
from policies_app.policy_templates import POLICY_TEMPLATES

from .identities import USERS, Gate, Kind, failure, for_each, form_view, gate, page_of, tell
from .identity_choices import Choice, Choices, choose, chosen, policy_choice
from .identity_documents import Editing, edit_document
from .policy_pages import may_create


@require_safe
def permissions(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """Everything that bears on the identity, each part by its own action."""
    call = request.call
    identity = kind.get(call, **name)
    attached = panel(kind.list_attached, call, **name)
    read_inline = gate(call, kind.action("Get{}Policy"), identity)
    context: dict[str, Any] = {
        "attached": attached,
        "attached_rows": [
            (policy, gate(call, kind.action("Detach{}Policy"), identity, {"iam:PolicyARN": policy.arn}))
            for policy in attached.value or ()
        ],
        "inline": panel(kind.list_inline, call, **name),
        "attach": gate(call, kind.action("Attach{}Policy"), identity),
        "put_inline": gate(call, kind.action("Put{}Policy"), identity),
        # Both show the text first.
        "delete_inline": read_inline.and_then(gate(call, kind.action("Delete{}Policy"), identity)),
        "make_managed": read_inline.and_then(Gate(may_create(call))),
    }
    if kind is USERS:
        context["groups"] = found = panel(users.list_groups_for_user, call, **name)
        context["through_groups"] = through_groups(call, found.value or [])
    if isinstance(identity, Role):
        hours = identity.max_session_duration / 3600
        context["session"] = f"{hours:g} hour{'' if hours == 1 else 's'}"
        context["profiles"] = panel(instance_profiles.list_instance_profiles_for_role, call, **name)
        context["switch_link"] = request.build_absolute_uri(acting.link(identity))
    if kind.put_boundary:
        context["put_boundary"] = Gate(call.may(kind.action("Put{}PermissionsBoundary"), identity))
        context["delete_boundary"] = gate(call, kind.action("Delete{}PermissionsBoundary"), identity)
    return page_of(request, kind, identity, "identities/permissions.html", context)


# Managed policies ----------------------------------------------------------------------------------------------------


@form_view
def attach(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """One or several at once: all of them, or none."""
    error = ""
    if request.method == "POST":
        arns = chosen(request, "policy_arn")
        failed = failure(lambda: for_each(kind.attach, request.call, "policy_arn", arns, **name))
        if arns and failed is None:
            what = f"{len(arns)} policies" if len(arns) > 1 else arns[0].rpartition("/")[2]
            tell(request, kind, "now has {} attached.", what, **name)
            return redirect(kind.url("detail", **name))
        error = failed.message if failed else "Choose at least one policy."
    identity = kind.get(request.call, **name)
    action = kind.action("Attach{}Policy")
    gate(request.call, action, identity).require()
    attached = panel(kind.list_attached, request.call, **name)
    has = {policy.arn for policy in attached.value or ()}

    def choice(policy: Policy) -> Choice:
        may = gate(request.call, action, identity, {"iam:PolicyARN": policy.arn})
        return policy_choice(policy, may, taken="Attached" if policy.arn in has else "")

    choices = Choices(
        title=f"Attach policies to {identity.name}",
        field="policy_arn",
        submit="Attach policies",
        search_label="Search policies",
        list=list_policies,
        choice=choice,
        cancel_url=kind.url("detail", **name),
    )
    return choose(request, kind, identity, choices, error=error, unmarked=attached.refused)


@require_POST
def detach(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    arn = request.POST.get("policy_arn", "")
    kind.detach(request.call, **name, policy_arn=arn)
    tell(request, kind, "no longer has {} attached.", arn.rpartition("/")[2], **name)
    return redirect(kind.url("detail", **name))


@form_view
def boundary(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """Choose the managed policy that caps what the user or role may do."""
    assert kind.put_boundary is not None
    error = ""
    if request.method == "POST":
        arn = request.POST.get("policy_arn", "")
        put = kind.put_boundary
        failed = failure(lambda: put(request.call, **name, permissions_boundary=arn)) if arn else None
        if arn and failed is None:
            tell(request, kind, "now has the permissions boundary {}.", arn.rpartition("/")[2], **name)
            return redirect(kind.url("detail", **name))
        error = failed.message if failed else "Choose a policy."
    identity = kind.get(request.call, **name)
    action = kind.action("Put{}PermissionsBoundary")
    Gate(request.call.may(action, identity)).require()

    def choice(policy: Policy) -> Choice:
        may = gate(request.call, action, identity, {"iam:PermissionsBoundary": policy.arn})
        return policy_choice(policy, may, taken="In force" if policy.pk == identity.boundary_id else "")

    choices = Choices(
        title=f"Permissions boundary of {identity.name}",
        lead=(
            f"The {kind.kind} will be able to do only what the boundary and another policy both allow. "
            "The boundary itself grants nothing."
        ),
        field="policy_arn",
        several=False,
        submit="Set boundary",
        search_label="Search policies",
        list=list_policies,
        choice=choice,
        cancel_url=kind.url("detail", **name),
    )
    return choose(request, kind, identity, choices, error=error)


@form_view
def delete_boundary(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """Without it somebody may do more, so that is said first."""
    assert kind.delete_boundary is not None
    if request.method == "POST":
        kind.delete_boundary(request.call, **name)
        tell(request, kind, "no longer has a permissions boundary.", **name)
        return redirect(kind.url("detail", **name))
    identity = kind.get(request.call, **name)
    gate(request.call, kind.action("Delete{}PermissionsBoundary"), identity).require()
    return render(request, "identities/delete_boundary.html", {"kind": kind, "identity": identity})


# Inline policies -----------------------------------------------------------------------------------------------------


@form_view
def inline_create(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    begun = starts.start(request)
    if isinstance(begun, HttpResponse):
        return begun
    status = 200
    refused = begun.refused if begun else None
    if begun is None:
        form = InlinePolicyForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                # No base: a policy that is there already is not to be replaced from here.
                kind.put_inline(request.call, **name, **form.cleaned_data | {"base_sha256": ""})
            except AccessDenied as error:
                status, refused = 403, error.decision
            except ConcurrentModification:
                form.add_error("policy_name", "There is an inline policy of this name already.")
            except OperationError as error:
                add_to_form(form, error)
            else:
                return _inline_saved(request, kind, form.cleaned_data["policy_name"], **name)
    else:
        if request.method != "POST":
            identity = kind.get(request.call, **name)
            gate(request.call, kind.action("Put{}Policy"), identity).require()
        form = InlinePolicyForm(initial=begun.fields)
    text = normal_lines(form["policy_document"].value() or "")
    context = {
        "kind": kind,
        "name": name[kind.parameter],
        "form": form,
        "findings": None if text == starts.BLANK else find(text, Layer.IDENTITY),
        "refused": refused,
        "begun": begun,
        "started": begun.fields.get("started") if begun else request.POST.get("started"),
        "templates": POLICY_TEMPLATES.values(),
    }
    return render(request, "identities/inline_create.html", context, status=status)


@form_view
def inline_edit(request: ConsoleRequest, kind: Kind, policy_name: str, **name: str) -> HttpResponse:
    call = request.call

    def read() -> tuple[Document, Identity]:
        inline = kind.get_inline(call, **name, policy_name=policy_name)
        return inline.document, inline.identity

    def write(text: str, base_sha256: str) -> None:
        kind.put_inline(call, **name, policy_name=policy_name, policy_document=text, base_sha256=base_sha256)

    editing = Editing(
        kind=kind,
        name=name[kind.parameter],
        title=policy_name,
        label="Inline policy",
        policy_kind=Layer.IDENTITY,
        read=read,
        write=write,
        write_action=kind.action("Put{}Policy"),
        saved=lambda: _inline_saved(request, kind, policy_name, **name),
        back_url=kind.url("detail", **name),
    )
    return edit_document(request, editing)


@form_view
def inline_delete(request: ConsoleRequest, kind: Kind, policy_name: str, **name: str) -> HttpResponse:
    form = DeleteForm(request.POST if request.method == "POST" else None, name=policy_name)
    back_url = kind.url("delete" if request.GET.get("then") == "delete" else "detail", **name)
    if request.method == "POST" and form.is_valid():
        kind.delete_inline(request.call, **name, policy_name=policy_name)
        tell(request, kind, "no longer has the inline policy {}.", policy_name, **name)
        return redirect(back_url)
    if request.method != "POST":
        inline = kind.get_inline(request.call, **name, policy_name=policy_name)
        gate(request.call, kind.action("Delete{}Policy"), inline.identity).require()
    context = {"kind": kind, "name": name[kind.parameter], "policy_name": policy_name, "form": form}
    context["cancel_url"] = back_url
    return render(request, "identities/inline_delete.html", context, status=422 if form.errors else 200)


def _inline_saved(request: ConsoleRequest, kind: Kind, policy_name: str, **name: str) -> HttpResponse:
    url = kind.url("inline_edit", **name, policy_name=policy_name)
    tell(request, kind, 'now has the inline policy <a href="{}">{}</a>.', url, policy_name, **name)
    return redirect(kind.url("detail", **name))
