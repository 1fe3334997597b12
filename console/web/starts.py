"""What the text of a new policy starts from: blank, a template, or another policy that the viewer may read.

A start never takes the place of a text that somebody changed, unless they say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from policies_app.engine.catalog.services import catalog
from policies_app.engine.decision import Decision
from policies_app.operations import policies, policy_versions
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.policy_templates import POLICY_TEMPLATES

from .documents import lay_out
from .forms.policies import normal_lines
from .requests import ConsoleRequest
from .typed import NOT_KEPT, given_back, keep

BLANK = """\
{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Statement1",
            "Effect": "Allow",
            "Action": [],
            "Resource": []
        }
    ]
}"""

PICK = "pick"
"""What the button says that leads to the list of all policies."""


@dataclass(frozen=True, slots=True)
class Start:
    """`key` is ``blank``, ``template:require_mfa``, ``action:s3:GetObject`` or ``policy:arn:aws:iam::…``."""

    key: str
    label: str
    policy_document: str
    policy_name: str = ""
    description: str = ""

    @property
    def fields(self) -> dict[str, str]:
        names = ("policy_name", "description", "policy_document")
        return {name: getattr(self, name) for name in names} | {"started": self.key}


@dataclass(frozen=True, slots=True)
class Begun:
    """`fields` are what the form shows. `replacing` is what would take the place of the text, if that is wanted.

    `refused` or `problem` says why what was asked for cannot be had.
    """

    fields: dict[str, str]
    replacing: Start | None = None
    refused: Decision | None = None
    problem: str = ""


def start(request: ConsoleRequest) -> HttpResponse | Begun | None:
    """What the form of a new policy shows, or the way to the list of all policies; None if it is sent to be saved."""
    key = request.POST.get("replace") or request.POST.get("start")
    if request.method == "POST":
        if key is None:
            return None
        typed = {name: normal_lines(str(value)) for name, value in request.POST.items() if name not in NOT_KEPT}
        if key == PICK:
            if not keep(request, typed):
                return Begun(typed, problem="What you typed is too long to wait while you choose.")
            return redirect(f"{reverse('policies:start')}?{urlencode({'to': request.path})}")
        return begin(request.call, key, typed, replace="replace" in request.POST)
    typed, key = given_back(request), wanted(request.GET)
    if typed and key in {"blank", typed.get("started")}:
        return Begun(typed)
    return begin(request.call, key, typed)


def wanted(query: QueryDict) -> str:
    """The key of what an address asks for: `?template=slug`, `?action=s3:GetObject` or `?from=arn`."""
    if query.get("template", "") in POLICY_TEMPLATES:
        return f"template:{query['template']}"
    if query.get("action"):
        return f"action:{query['action']}"
    return f"policy:{query['from']}" if query.get("from") else "blank"


def begin(call: Call, key: str, typed: Mapping[str, str], *, replace: bool = False) -> Begun:
    """Where nothing was typed that could be lost, this raises what the operations raise."""
    try:
        start = _start(call, key)
    except OperationError as error:
        if not typed:
            raise
        return Begun(dict(typed), None, error.decision if isinstance(error, AccessDenied) else None, error.message)
    if not typed:
        return Begun(start.fields)
    before = _started(call, typed.get("started", ""))
    untouched = {name for name, value in start.fields.items() if typed.get(name, "").strip() in {"", before.get(name)}}
    if "policy_document" not in untouched and not replace and typed.get("policy_document") != start.policy_document:
        return Begun(dict(typed), replacing=start)
    new = {"policy_document", "started"} | untouched
    return Begun(dict(typed) | {name: value for name, value in start.fields.items() if name in new})


def _start(call: Call, key: str) -> Start:
    kind, _, rest = key.partition(":")
    if kind == "template" and (template := POLICY_TEMPLATES.get(rest)):
        return Start(key, template.name, template.text.rstrip(), template.name, template.description)
    if kind == "action" and (action := catalog().action(rest)):
        text = BLANK.replace('"Action": []', f'"Action": ["{action.full_name}"]')
        return Start(key, action.full_name, text.replace('"Resource": []', '"Resource": ["*"]'))
    if kind == "policy":
        policy = policies.get_policy(call, policy_arn=rest)
        text = lay_out(policy_versions.version_in_force(call, policy).document.text)
        return Start(key, policy.name, text, f"{policy.name[:123]}-copy", policy.description)
    return Start("blank", "a blank policy", BLANK)


def _started(call: Call, key: str) -> dict[str, str]:
    """What the form held before anybody typed; of what may not be read any more, nothing."""
    try:
        return _start(call, key).fields
    except OperationError:
        return {}
