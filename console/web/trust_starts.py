"""What the text of a trust policy starts from. What somebody changed is replaced only if they say so."""

from dataclasses import dataclass
from hashlib import sha256

from policies_app.engine.catalog.service_principals import service_principals

from .forms.policies import normal_lines
from .forms.trust import KNOWN_PROVIDERS, TrustStartForm
from .requests import ConsoleRequest


@dataclass(frozen=True, slots=True)
class TrustStart:
    """`text` is what the editor shows. `started` names the text that the last start put there, or that was in force.

    `asks` where a text that was changed would be replaced.
    """

    form: TrustStartForm
    text: str
    started: str
    asks: bool = False

    services = staticmethod(service_principals)
    providers = KNOWN_PROVIDERS


def is_asked_for(request: ConsoleRequest) -> bool:
    return "start" in request.POST or "replace" in request.POST


def start(request: ConsoleRequest, text: str) -> TrustStart:
    """With the text that the page shows by itself: of a role that is edited, or typed."""
    if not is_asked_for(request):
        return TrustStart(TrustStartForm(initial=_chosen(request)), text, request.POST.get("started") or name_of(text))
    form, started = TrustStartForm(request.POST), request.POST.get("started", "")
    if not form.is_valid():
        return TrustStart(form, text, started)
    new = form.document(request.call.account_id)
    if "replace" not in request.POST and text.strip() and text != new and name_of(text) != started:
        return TrustStart(form, text, started, asks=True)
    return TrustStart(form, new, name_of(new))


def name_of(text: str) -> str:
    return sha256(normal_lines(text).encode(errors="replace")).hexdigest()


def _chosen(request: ConsoleRequest) -> dict[str, str]:
    """What was chosen before stays chosen when the page comes back for another reason."""
    names = {name: f"trust-{name}" for name in TrustStartForm.base_fields}
    return {name: request.POST[sent] for name, sent in names.items() if sent in request.POST}
