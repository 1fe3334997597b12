"""Recomputing the chain of events from the first to the last, a part with each request."""

from dataclasses import asdict, dataclass

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from console.web.requests import ConsoleRequest
from policies_app.operations.errors import InvalidInput
from policies_app.operations.event_log import lookup_events
from policies_app.operations.verification import verify

VERIFIED_AT_ONCE = 20_000
"""Events of one request: about half a second."""
SALT = "events:verify"


@dataclass(frozen=True, slots=True)
class Run:
    """How far a verification has come. It is signed, so that a link cannot make a flaw disappear."""

    account_id: str
    next: int = 1
    flaws: int = 0

    def sealed(self) -> str:
        return signing.dumps(asdict(self), salt=SALT)

    @classmethod
    def unsealed(cls, text: str, account_id: str) -> "Run":
        try:
            run = cls(**signing.loads(text, salt=SALT))
        except (signing.BadSignature, TypeError) as error:
            raise InvalidInput("This is no verification that was begun here. Begin a new one.") from error
        if run.account_id != account_id:
            raise InvalidInput("This verification is another account's. Begin a new one.")
        return run


@require_safe
@vary_on_headers("HX-Request")
def verify_record(request: ConsoleRequest) -> HttpResponse:
    """Each part asks for permission anew, and is recorded."""
    account_id = request.call.account_id
    lookup_events(request.call, purpose="verify", max_items=1)
    if "run" not in request.GET:
        return render(request, "events/verify.html", {"begin": Run(account_id).sealed()})
    run = Run.unsealed(request.GET["run"], account_id)
    found = verify(account_id, start=run.next, count=VERIFIED_AT_ONCE)
    flaws = run.flaws + len(found.flaws) + found.untold
    following = Run(account_id, found.last + 1, flaws)
    context = {
        "run": run,
        "found": found,
        "flaws": flaws,
        "next_url": "" if found.is_complete else f"?{urlencode({'run': following.sealed()})}",
    }
    return render(request, f"events/verify.html{'#part' if request.htmx else ''}", context)
