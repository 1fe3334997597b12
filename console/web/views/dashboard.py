from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.operations.event_log import lookup_events
from policies_app.operations.summary import COUNTED, NEWEST, SHOWN, AccountSummary, get_account_summary

RECENT = 10
_LOOKED = f"Looked for among the {NEWEST:,} newest."


@dataclass(frozen=True, slots=True)
class Attention:
    """Things that somebody should look at; `more` says that there are others besides those shown."""

    title: str
    advice: str
    things: list[object]
    icon: str

    @property
    def more(self) -> bool:
        return len(self.things) >= SHOWN


@require_safe
def dashboard(request: ConsoleRequest) -> HttpResponse:
    summary = panel(get_account_summary, request.call)
    events = panel(lookup_events, request.call, max_items=RECENT)
    context = {
        "summary": summary,
        "counts": _counts(summary.value) if summary.value else [],
        "attention": _attention(summary.value) if summary.value else [],
        "events": events,
    }
    return render(request, "dashboard/dashboard.html", context)


def _counts(summary: AccountSummary) -> list[dict[str, str]]:
    """Each for a tile; `users:list` is where it leads."""
    tiles = [
        ("Users", summary.users, "users:list", "person", ""),
        ("Groups", summary.groups, "groups:list", "people", ""),
        ("Roles", summary.roles, "roles:list", "person-badge", ""),
        ("Customer managed policies", summary.customer_policies, "policies:list", "file-earmark-text", "?scope=Local"),
    ]
    return [
        {
            "label": label,
            "value": f"{COUNTED:,}+" if count > COUNTED else f"{count:,}",
            "route": route,
            "icon": icon,
            "query": query,
        }
        for label, count, route, icon, query in tiles
    ]


def _attention(summary: AccountSummary) -> list[Attention]:
    found = [
        Attention(
            "Have a password and never signed in",
            "Check that the password reached its owner, or delete it.",
            [*summary.users_never_signed_in],
            "person",
        ),
        Attention(
            "In no group",
            f"Permissions are easier to keep in order on groups than on single users. {_LOOKED}",
            [*summary.users_without_group],
            "people",
        ),
        Attention(
            "Attached to nothing",
            f"These policies grant nothing. Attach them, or delete those that nobody needs. {_LOOKED}",
            [*summary.policies_attached_to_nothing],
            "file-earmark-text",
        ),
        Attention(
            "All five versions used",
            "The next edit needs room: delete a version that nobody will go back to.",
            [*summary.policies_with_all_versions_used],
            "file-earmark-text",
        ),
    ]
    return [attention for attention in found if attention.things]
