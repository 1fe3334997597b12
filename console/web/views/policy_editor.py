"""What the policy editor asks for while somebody types: findings, words of the language, names of the account."""

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from console.web.changes import changes
from console.web.findings import as_json, certain_errors, counts, find
from console.web.forms.policies import LONGEST_TEXT, normal_lines
from console.web.panels import Panel, panel
from console.web.requests import ConsoleRequest
from policies_app.engine.catalog.descriptions import description
from policies_app.engine.catalog.services import catalog
from policies_app.engine.operators import IF_EXISTS, OPERATORS, Family, Quantifier
from policies_app.engine.parser import Layer
from policies_app.operations import groups, policies, roles, users
from policies_app.operations.documents import MANAGED_POLICY_SIZE, TRUST_POLICY_SIZE, size
from policies_app.operations.pages import Page
from policies_app.operations.service_model import storable
from policies_app.operations.trusted_ids import unknown_principals

CHECKED = {
    "identity": (Layer.IDENTITY, None),
    "managed": (Layer.IDENTITY, MANAGED_POLICY_SIZE),
    "trust": (Layer.TRUST, TRUST_POLICY_SIZE),
}
"""What is checked, and its quota. That of inline policies depends on the identity's others."""

NAMES = 25
"""How many of each kind are offered at once; a longer part of the name finds the others."""

_COMMAS = (",", ":")
# What does not change before the catalog does, whose fingerprint is in the address.
_unchanging = cache_control(private=True, max_age=31_536_000, immutable=True)


@require_POST
@vary_on_headers("Accept", "HX-Request")
def check(request: ConsoleRequest) -> HttpResponse:
    """The findings of a text, as JSON for the editor and as HTML for htmx, and what it changes of `base_document`.

    Reveals nothing of the account, so being signed in is enough; but that a trust policy names nobody learns who may
    set one on any role. Of a text that is too long only the beginning is read.
    """
    asked = request.GET.get("kind", "identity")
    kind, limit = CHECKED.get(asked, (None, None))
    if kind is None:
        return HttpResponseBadRequest(f"kind is one of: {', '.join(CHECKED)}")
    text = normal_lines(request.POST.get(request.htmx.trigger_name or "policy_document", ""))
    findings = find(text[: LONGEST_TEXT + 1], kind, managed=asked == "managed")
    if kind is Layer.TRUST and not certain_errors(findings):
        every_role = f"arn:aws:iam::{request.call.account_id}:role/*"
        if request.call.may("iam:UpdateAssumeRolePolicy", every_role).allowed:
            findings = (*unknown_principals(text), *findings)
    template = "components/policy_editor.html#findings"
    context = {
        "findings": findings,
        "changes": changes(base, text, kind) if (base := request.POST.get("base_document")) else None,
        "size": size(text),
        "limit": limit,
        "text_id": request.htmx.trigger or "id_policy_document",
    }
    if request.get_preferred_type(["text/html", "application/json"]) != "application/json":
        return render(request, template, context)
    answer = {
        "findings": [as_json(finding) for finding in findings],
        "counts": counts(findings),
        "html": render_to_string(template, context, request),
    }
    return JsonResponse(answer)


@require_safe
@_unchanging
def words(_request: ConsoleRequest) -> HttpResponse:
    """Services, condition operators and global condition keys."""
    return HttpResponse(_words(), content_type="application/json")


@lru_cache(maxsize=1)
def _words() -> bytes:
    keys = catalog().global_condition_keys.values()
    known = {
        "services": [[actions.prefix, actions.service_name] for actions in catalog().every_service_actions()],
        "operators": [[operator.name, operator.family] for operator in OPERATORS.values()],
        "quantifiers": list(Quantifier),
        "if_exists": {"suffix": IF_EXISTS, "not_for": Family.NULL},
        "keys": [[key.name, key.type, key.multivalued] for key in keys],
    }
    return json.dumps(known, separators=_COMMAS).encode()


@require_safe
@_unchanging
def service_words(_request: ConsoleRequest, prefix: str) -> HttpResponse:
    """A service's actions with their access levels, descriptions, resource types and condition keys.

    `details` are laid out as in the catalog's file: see `policies_app.engine.catalog.services`.
    """
    record, service = catalog().record(prefix), catalog().service(prefix)
    if record is None or service is None:
        raise Http404(f"There is no service {prefix}.")
    known_prefix, name, actions, levels, details = record.split("\t")
    known = {
        "prefix": known_prefix,
        "name": name,
        "actions": actions.split(" "),
        "levels": levels,
        "descriptions": [description(action) for action in service.actions.values()],
    }
    head = json.dumps(known)
    return HttpResponse(f'{head[:-1]}, "details": {details}}}', content_type="application/json")


@require_safe
def names(request: ConsoleRequest) -> HttpResponse:
    """ARNs of the account's own users, groups, roles and policies with `?q=` in their names, of each kind a few.

    Of a kind that the viewer may not list there is none.
    """
    search = storable(request.GET.get("q", ""))[:128]
    listing = {"search": search, "max_items": NAMES}
    listed: dict[str, Panel[Page[Any]]] = {
        "user": panel(users.list_users, request.call, **listing),
        "group": panel(groups.list_groups, request.call, **listing),
        "role": panel(roles.list_roles, request.call, **listing),
        "policy": panel(policies.list_policies, request.call, scope="Local", **listing),
    }
    arns = [
        {"kind": kind, "name": row.name, "arn": row.arn}
        for kind, found in listed.items()
        if found.value
        for row in found.value.items
    ]
    every_refused = all(found.refused for found in listed.values())
    return JsonResponse({"names": arns}, status=HTTPStatus.FORBIDDEN if every_refused else HTTPStatus.OK)
