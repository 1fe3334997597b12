from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from console.web.changes import changes
from console.web.documents import Row, lay_out, readable
from console.web.documents import compare as compare_texts
from console.web.errors import add_to_form
from console.web.findings import find
from console.web.forms.identities import DeleteForm
from console.web.forms.policies import PolicyVersionForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.typed import given_back
from policies_app.engine.parser import Layer
from policies_app.models import Policy, PolicyVersion
from policies_app.operations import policies, policy_versions
from policies_app.operations.documents import MANAGED_POLICY_SIZE, size
from policies_app.operations.errors import AccessDenied, ConcurrentModification, LimitExceeded, OperationError
from policies_app.operations.events import unit_of_work

from .identities import Gate
from .policy_pages import Scope, copy_url, link, of_policy, page, refused, url


@dataclass(frozen=True, slots=True)
class Conflict:
    """What somebody else saved while this text was typed; in `rows` their document is on the left."""

    version_id: str
    rows: list[Row]


@require_http_methods(["GET", "HEAD", "POST"])
@of_policy
def edit(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    """A new version, set as default. Nothing typed is lost, whatever stops it."""
    if policy.is_aws_managed:
        return redirect(copy_url(policy))
    if request.method != "POST":
        return _start_editing(request, policy)
    form = PolicyVersionForm(request.POST)
    status = 422
    base, more = "", dict[str, object]()
    if form.is_valid():
        try:
            version = _save(request, policy, **form.cleaned_data)
        except ConcurrentModification:
            theirs = policy_versions.version_in_force(request.call, policy)
            rows = compare_texts(theirs.document.text, form.cleaned_data["policy_document"])
            base, more["conflict"] = theirs.document.text, Conflict(theirs.version_id, rows)
        except LimitExceeded as error:
            more["oldest"] = _oldest(request, policy)
            add_to_form(form, error)
        except OperationError as error:
            add_to_form(form, error)
            status = 403 if isinstance(error, AccessDenied) else 422
        else:
            text = "Saved {} of {}; it is in force from the next request on."
            messages.success(request, format_html(text, version.version_id, link("local", policy.name)))
            return redirect(url(policy))
    return _editor(request, policy, form, base, more, status)


def _start_editing(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    if not (typed := given_back(request)):
        Gate(request.call.may("iam:CreatePolicyVersion", policy)).require()
    current = policy_versions.version_in_force(request.call, policy)
    text = lay_out(current.document.text)
    form = PolicyVersionForm(initial={"policy_document": text, "base_version_id": current.version_id} | typed)
    return _editor(request, policy, form, text, {}, 200)


def _editor(
    request: ConsoleRequest, policy: Policy, form: PolicyVersionForm, base: str, more: dict[str, object], status: int
) -> HttpResponse:
    """`base` is the text that this one is to replace, where it is not the one that the form was made from."""
    text = form["policy_document"].value() or ""
    base = base or request.POST.get("base_document", "")
    context = {
        "form": form,
        "findings": find(text, Layer.IDENTITY, managed=True),
        "limit": MANAGED_POLICY_SIZE,
        "base": base,
        "changes": changes(base, text, Layer.IDENTITY) if text != base else None,
    }
    return page(request, policy, "policies/edit.html", context | more, status=status)


def _save(
    request: ConsoleRequest,
    policy: Policy,
    *,
    policy_document: str,
    base_version_id: str,
    on_top_of: str,
    delete_version_id: str,
) -> PolicyVersion:
    """Making room and saving are one: the old version goes only if the new one comes."""
    with unit_of_work():
        if delete_version_id:
            policy_versions.delete_policy_version(request.call, policy_arn=policy.arn, version_id=delete_version_id)
        return policy_versions.create_policy_version(
            request.call,
            policy_arn=policy.arn,
            policy_document=policy_document,
            set_as_default=True,
            base_version_id=on_top_of or base_version_id,
        )


def _oldest(request: ConsoleRequest, policy: Policy) -> PolicyVersion | None:
    versions = panel(policy_versions.list_policy_versions, request.call, policy_arn=policy.arn).value or []
    return next((version for version in reversed(versions) if not version.is_default), None)


@require_safe
@of_policy
def versions(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    found = panel(policy_versions.list_policy_versions, request.call, policy_arn=policy.arn)
    default = next((version for version in found.value or () if version.is_default), None)
    context = {
        "found": found,
        "default": default,
        "newest_other": next((version for version in found.value or () if not version.is_default), None),
        "limit": policy_versions.VERSIONS_PER_POLICY,
        "may_set_default": request.call.may("iam:SetDefaultPolicyVersion", policy),
        "may_delete_version": request.call.may("iam:DeletePolicyVersion", policy),
    }
    return page(request, policy, "policies/versions.html", context)


@require_safe
@of_policy
def version(request: ConsoleRequest, policy: Policy, version_id: str) -> HttpResponse:
    found = panel(policy_versions.get_policy_version, request.call, policy_arn=policy.arn, version_id=version_id)
    if found.value is None:
        return refused(request, policy.name, found.refused)
    text = readable(found.value.document.text)
    context = {
        "version": found.value,
        "text": text,
        "size": size(text),
        "limit": MANAGED_POLICY_SIZE,
        "may_set_default": request.call.may("iam:SetDefaultPolicyVersion", policy),
        "may_delete_version": request.call.may("iam:DeletePolicyVersion", policy),
    }
    return page(request, policy, "policies/version.html", context)


@require_safe
@of_policy
def compare(request: ConsoleRequest, policy: Policy) -> HttpResponse:
    left_id, right_id = request.GET.get("left"), request.GET.get("right")
    if not left_id or not right_id:
        return redirect(url(policy, "versions"))
    left = panel(policy_versions.get_policy_version, request.call, policy_arn=policy.arn, version_id=left_id)
    right = panel(policy_versions.get_policy_version, request.call, policy_arn=policy.arn, version_id=right_id)
    if left.value is None or right.value is None:
        return refused(request, policy.name, left.refused or right.refused)
    rows = compare_texts(left.value.document.text, right.value.document.text)
    context = {
        "left": left.value,
        "right": right.value,
        "rows": rows,
        "texts": {
            "left": lay_out(left.value.document.text),
            "right": lay_out(right.value.document.text),
            "left_label": left.value.version_id,
            "right_label": right.value.version_id,
        },
        "differing": sum(row.kind != "same" for row in rows),
        "changes": changes(left.value.document.text, right.value.document.text, Layer.IDENTITY, largest=None),
    }
    return page(request, policy, "policies/compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_default(request: ConsoleRequest, scope: Scope, policy_name: str, version_id: str) -> HttpResponse:
    """Rolling back, or on: what changes for everybody who has the policy is shown first."""
    arn = policies.arn_named(request.call, scope, policy_name)
    if request.method != "POST":
        return _confirm_default(request, arn, version_id)
    policy_versions.set_default_policy_version(request.call, policy_arn=arn, version_id=version_id)
    text = "{} of {} is in force from the next request on."
    messages.success(request, format_html(text, version_id, link(scope, policy_name)))
    return redirect("policies:versions", scope, policy_name)


def _confirm_default(request: ConsoleRequest, arn: str, version_id: str) -> HttpResponse:
    policy = policies.get_policy(request.call, policy_arn=arn)
    wanted = policy_versions.get_policy_version(request.call, policy_arn=arn, version_id=version_id)
    Gate(request.call.may("iam:SetDefaultPolicyVersion", policy)).require()
    current = policy_versions.version_in_force(request.call, policy)
    before, after = current.document.text, wanted.document.text
    context = {
        "version": wanted,
        "current": current,
        "facts": policies.facts(policy),
        "rows": compare_texts(before, after),
        "changes": changes(before, after, Layer.IDENTITY, largest=None),
        "cancel_url": url(policy, "versions"),
    }
    return page(request, policy, "policies/set_default.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_version(request: ConsoleRequest, scope: Scope, policy_name: str, version_id: str) -> HttpResponse:
    form = DeleteForm(request.POST if request.method == "POST" else None, name=version_id)
    if not form.is_valid():
        return _confirm_deletion(request, scope, policy_name, version_id, form)
    arn = policies.arn_named(request.call, scope, policy_name)
    policy_versions.delete_policy_version(request.call, policy_arn=arn, version_id=version_id)
    messages.success(request, format_html("Deleted {} of {}.", version_id, link(scope, policy_name)))
    return redirect(f"policies:{_after_deletion(request)}", scope, policy_name)


def _after_deletion(request: ConsoleRequest) -> str:
    """Who deletes the whole policy goes on with that."""
    return "delete" if request.GET.get("then") == "delete" else "versions"


def _confirm_deletion(
    request: ConsoleRequest, scope: Scope, policy_name: str, version_id: str, form: DeleteForm
) -> HttpResponse:
    """What goes is shown, and goes for good."""
    arn = policies.arn_named(request.call, scope, policy_name)
    policy = policies.get_policy(request.call, policy_arn=arn)
    version = policy_versions.get_policy_version(request.call, policy_arn=arn, version_id=version_id)
    Gate(request.call.may("iam:DeletePolicyVersion", policy)).require()
    context = {
        "form": form,
        "version": version,
        "text": readable(version.document.text),
        "cancel_url": url(policy, _after_deletion(request)),
    }
    return page(request, policy, "policies/delete_version.html", context, status=422 if form.errors else 200)
