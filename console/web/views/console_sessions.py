"""Where somebody is signed in to the console: one's own sessions, and for administrators those of a user."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.user_agents import in_words
from policies_app.models import ConsoleSession, User
from policies_app.operations import console_sessions

from .access_keys import Holder
from .identities import gate


@dataclass(frozen=True, slots=True)
class Row:
    session: ConsoleSession
    browser: str
    is_current: bool
    revoke_url: str


def session_table(request: ConsoleRequest, user: User, *, is_oneself: bool = False) -> dict[str, Any]:
    """What `users/sessions.html` shows."""
    holder = Holder(user.name, is_oneself)
    found = panel(console_sessions.list_console_sessions, request.call, user_name=user.name)
    rows = [
        Row(
            session,
            in_words(session.user_agent),
            is_current=session.pk == _current(request),
            revoke_url=holder.url("revoke_session", session_id=session.pk),
        )
        for session in found.value or ()
    ]
    return {
        "sessions": found,
        "session_rows": rows,
        "revoke_sessions_label": _revoke_label(rows),
        "revoke_sessions_url": holder.url("revoke_sessions"),
        "revoke_session": gate(request.call, console_sessions.revoking_action(request.call, user.arn), user),
    }


@require_POST
def revoke(request: ConsoleRequest, session_id: str, user_name: str | None = None) -> HttpResponse:
    holder = Holder.of(request, user_name)
    console_sessions.revoke_console_session(request.call, user_name=holder.name, session_id=session_id)
    messages.success(request, "The session is over. Whoever used it has to sign in again.")
    return redirect(_home(holder))


@require_POST
def revoke_others(request: ConsoleRequest, user_name: str | None = None) -> HttpResponse:
    """All, but for the one that asks."""
    holder = Holder.of(request, user_name)
    ended = console_sessions.revoke_console_sessions(request.call, user_name=holder.name, keep=_current(request))
    messages.success(request, "1 session is over." if ended == 1 else f"{ended} sessions are over.")
    return redirect(_home(holder))


def _revoke_label(rows: list[Row]) -> str:
    others = [row for row in rows if not row.is_current]
    return "" if not others else "Revoke all others" if len(others) < len(rows) else "Revoke all"


def _current(request: ConsoleRequest) -> str:
    row = request.session.row
    assert row  # of whoever is signed in
    return row.pk


def _home(holder: Holder) -> str:
    return holder.url("sessions" if holder.is_oneself else "security")
