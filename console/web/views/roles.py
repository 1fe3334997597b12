"""What only roles have: a trust policy, and a create and an edit form of their own."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from console.web import trust_starts
from console.web.documents import readable
from console.web.findings import find
from console.web.forms.policies import normal_lines
from console.web.forms.roles import CreateRoleForm, EditRoleForm
from console.web.forms.trust import TrustStartForm
from console.web.requests import ConsoleRequest
from console.web.typed import given_back
from policies_app.engine.parser import Layer
from policies_app.models import Document, Identity, Role
from policies_app.operations import roles

from . import identity_forms
from .identities import ROLES, form_view, gate, page_of, tell
from .identity_documents import Editing, edit_document

TRUST = "assume_role_policy_document"


@form_view
def create(request: ConsoleRequest) -> HttpResponse:
    """A start puts in a trust policy to go on from, and keeps what else was typed."""
    submitted = request.method == "POST" and not trust_starts.is_asked_for(request)
    typed = given_back(request) or request.POST.dict() or identity_forms.from_url(request)
    text = normal_lines(str(typed[TRUST] if TRUST in typed else _everybody(request.call.account_id)))
    starting = trust_starts.start(request, text)
    form = CreateRoleForm(request.POST) if submitted else CreateRoleForm(initial=typed | {TRUST: starting.text})
    findings = find(starting.text, Layer.TRUST)
    return identity_forms.create(
        request, ROLES, form, roles.create_role, findings=findings, submitted=submitted, starting=starting
    )


def _everybody(account_id: str) -> str:
    form = TrustStartForm({"trust-way": "own"})
    assert form.is_valid()
    return form.document(account_id)


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
        start=trust_starts.start,
    )
    return edit_document(request, editing)
