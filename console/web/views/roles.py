"""What only roles have: a trust policy, and a create and an edit form of their own."""

import json
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from console.web.documents import readable
from console.web.findings import find
from console.web.forms.policies import normal_lines
from console.web.forms.roles import CreateRoleForm, EditRoleForm
from console.web.requests import ConsoleRequest
from console.web.typed import given_back
from policies_app.engine.parser import Layer
from policies_app.models import Document, Identity, Role
from policies_app.operations import roles

from . import identity_forms
from .identities import ROLES, form_view, gate, page_of, tell
from .identity_documents import Editing, edit_document


def starts(account_id: str) -> dict[str, dict[str, str]]:
    """Principals to start a trust policy from. What is to be filled in is not valid until it is."""
    return {
        "account": {"AWS": f"arn:aws:iam::{account_id}:root"},
        "other": {"AWS": "arn:aws:iam::ACCOUNT-ID:root"},
        "service": {"Service": "ec2.amazonaws.com"},
    }


def _trust(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4)


@form_view
def create(request: ConsoleRequest) -> HttpResponse:
    """A button puts in a trust policy to start from, and keeps what else was typed."""
    principals = starts(request.call.account_id)
    start = principals.get(request.POST.get("start", ""))
    submitted = request.method == "POST" and start is None
    if submitted:
        form = CreateRoleForm(request.POST)
    else:
        typed = given_back(request) or request.POST.dict() or identity_forms.from_url(request)
        document = {"assume_role_policy_document": _trust(start or principals["account"])}
        form = CreateRoleForm(initial=typed | document if start else document | typed)
    text = normal_lines(form["assume_role_policy_document"].value() or "")
    findings = find(text, Layer.TRUST)
    return identity_forms.create(request, ROLES, form, roles.create_role, findings=findings, submitted=submitted)


@form_view
def edit(request: ConsoleRequest, role_name: str) -> HttpResponse:
    def initial(role: Role) -> dict[str, Any]:
        return {"description": role.description, "max_session_duration": role.max_session_duration}

    return identity_forms.edit(request, ROLES, EditRoleForm, initial, roles.update_role, role_name=role_name)


@require_safe
def trust(request: ConsoleRequest, role_name: str) -> HttpResponse:
    role = roles.get_role(request.call, role_name=role_name)
    context = {
        "text": readable(role.trust_document.text),
        "update": gate(request.call, "iam:UpdateAssumeRolePolicy", role),
    }
    return page_of(request, ROLES, role, "roles/trust.html", context)


@form_view
def trust_edit(request: ConsoleRequest, role_name: str) -> HttpResponse:
    call = request.call

    def read() -> tuple[Document, Identity]:
        role = roles.get_role(call, role_name=role_name)
        return role.trust_document, role

    def write(text: str, base_sha256: str) -> None:
        roles.update_assume_role_policy(call, role_name=role_name, policy_document=text, base_sha256=base_sha256)

    editing = Editing(
        kind=ROLES,
        name=role_name,
        title="Trust policy",
        label="Trust policy",
        policy_kind=Layer.TRUST,
        read=read,
        write=write,
        write_action="iam:UpdateAssumeRolePolicy",
        saved=lambda: tell(request, ROLES, "has a new trust policy.", role_name=role_name),
        back_url=ROLES.url("trust", role_name=role_name),
    )
    return edit_document(request, editing)
