"""Editing the JSON of an identity: an inline policy or a trust policy. Nothing typed is ever lost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from console.web.changes import changes
from console.web.documents import compare, lay_out
from console.web.errors import add_to_form
from console.web.findings import find, with_those_of
from console.web.forms.identities import DocumentForm, TrustDocumentForm
from console.web.forms.policies import normal_lines
from console.web.requests import ConsoleRequest
from console.web.trust_starts import TrustStart, is_asked_for
from console.web.typed import given_back
from policies_app.engine.parser import Layer
from policies_app.models import Document, Identity
from policies_app.operations.errors import AccessDenied, ConcurrentModification, NoSuchEntity, OperationError

from .identities import Kind, gate


@dataclass(frozen=True, slots=True)
class Editing:
    """`read` gives the document in force and whose it is; `write` takes a new text and the SHA-256 it was made from."""

    kind: Kind
    name: str
    title: str
    label: str
    policy_kind: Layer
    read: Callable[[], tuple[Document, Identity]]
    write: Callable[[str, str], None]
    write_action: str
    saved: Callable[[], object]
    back_url: str
    start: Callable[[ConsoleRequest, str], TrustStart] | None = None

    @property
    def check_url(self) -> str:
        """Where the text is checked while somebody types."""
        kind = "trust" if self.policy_kind is Layer.TRUST else "identity"
        return f"{reverse('policies:check')}?kind={kind}"

    @property
    def form(self) -> type[DocumentForm]:
        return TrustDocumentForm if self.policy_kind is Layer.TRUST else DocumentForm


def edit_document(request: ConsoleRequest, editing: Editing) -> HttpResponse:
    """Who may read but not write sees the document; of two who edit the same text, the second sees the first's."""
    if request.method != "POST":
        document, identity = editing.read()
        base = lay_out(document.text)
        if typed := given_back(request):
            return _show(request, editing, editing.form(initial=typed), typed.get("policy_document", ""), base=base)
        form = editing.form(initial={"policy_document": base, "base_sha256": document.sha256})
        return _show(request, editing, form, base, base=base, gate=gate(request.call, editing.write_action, identity))
    if editing.start and is_asked_for(request):
        starting = editing.start(request, normal_lines(request.POST.get("policy_document", "")))
        form = editing.form(initial=request.POST.dict() | {"policy_document": starting.text})
        return _show(request, editing, form, starting.text, starting=starting)
    form = editing.form(request.POST)
    status, context = 422, {}
    if form.is_valid():
        text = form.cleaned_data["policy_document"]
        try:
            editing.write(text, form.cleaned_data["base_sha256"])
        except ConcurrentModification as error:
            form.add_error(None, error.message)
            context = _lost_race(editing, form, text)
        except AccessDenied as error:
            status, context = 403, {"refused": error.decision}
        except OperationError as error:
            add_to_form(form, error)
            context = {"found": error}
        else:
            editing.saved()
            return redirect(editing.back_url)
    return _show(request, editing, form, normal_lines(form["policy_document"].value() or ""), status=status, **context)


def _lost_race(editing: Editing, form: DocumentForm, typed: str) -> dict[str, Any]:
    """What is in force now beside what was typed. Saving again then replaces that one, and no other.

    Who may not read it cannot replace it from here.
    """
    theirs: Document | None = None
    try:
        theirs, _ = editing.read()
    except NoSuchEntity:
        form.add_error(None, "It was deleted. Saving makes it anew.")
    except AccessDenied as error:
        return {"theirs_refused": error.decision}
    form.data = {**form.data, "policy_document": typed, "base_sha256": theirs.sha256 if theirs else ""}
    return {"base": theirs.text, "diff": compare(theirs.text, typed)} if theirs else {}


def _show(
    request: ConsoleRequest,
    editing: Editing,
    form: DocumentForm,
    text: str,
    *,
    status: int = 200,
    found: OperationError | None = None,
    **context: Any,
) -> HttpResponse:
    context |= {
        "kind": editing.kind,
        "name": editing.name,
        "editing": editing,
        "form": form,
        "text": text,
        "findings": with_those_of(found, find(text, editing.policy_kind)),
    }
    if editing.start:
        context.setdefault("starting", editing.start(request, text))
    context.setdefault("base", request.POST.get("base_document", ""))
    if text != context["base"]:
        context["changes"] = changes(context["base"], text, editing.policy_kind)
    return render(request, "identities/document.html", context, status=status)
