import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from policies_app.models import Event
from policies_app.operations.calls import OPERATIONS
from policies_app.operations.errors import OperationError
from policies_app.operations.sign_in import RECORDED

from .filters import Filters

RANGES: Final[Mapping[str, tuple[str, timedelta]]] = {
    "1h": ("Last hour", timedelta(hours=1)),
    "1d": ("Last 24 hours", timedelta(days=1)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
    "90d": ("Last 90 days", timedelta(days=90)),
}
TYPED_TIME: Final = "%Y-%m-%dT%H:%M"
REQUEST_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
ERROR_CODES: Final = sorted({error.code for error in OperationError.__subclasses__()})


def operation_names() -> list[str]:
    return sorted({*OPERATIONS, *RECORDED})


def _moment(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TYPED_TIME)
    return forms.DateTimeField(label=label, required=False, widget=widget)


class EventFilters(Filters):
    """Events are found by the whole ARN; its last part, as the table shows it, is enough for one of the own account."""

    q = forms.CharField(label="Search", required=False, max_length=2048)
    range = forms.ChoiceField(
        label="Time",
        required=False,
        choices=[("", "Any time"), *((name, label) for name, (label, _) in RANGES.items())],
    )
    start = _moment("From")
    end = _moment("To")
    principal = forms.CharField(label="Principal", required=False, max_length=2048)
    operation = forms.CharField(label="Operation", required=False, max_length=128)
    resource = forms.CharField(label="Resource", required=False, max_length=2048)
    outcome = forms.ChoiceField(label="Outcome", required=False, choices=[("", "Any outcome"), *Event.Outcome.choices])
    error = forms.CharField(label="Error", required=False, max_length=64)
    source_ip = forms.GenericIPAddressField(label="Source", required=False)
    request_id = forms.CharField(label="Request", required=False, max_length=36)
    changes = forms.BooleanField(label="Changes only", required=False)

    def parameters(self, account_id: str) -> dict[str, Any]:
        """As `lookup_events` takes them."""
        typed = self.cleaned_data
        asked = {
            "principal": _arn(typed["principal"], account_id),
            "event_name": typed["operation"],
            "resource": _arn(typed["resource"], account_id),
            "outcome": typed["outcome"],
            "error_code": typed["error"],
            "source_ip": typed["source_ip"],
            "request_id": typed["request_id"],
            "changes_only": typed["changes"],
            "start_time": timezone.now() - RANGES[typed["range"]][1] if typed["range"] else typed["start"],
            "end_time": typed["end"],
        }
        understood = understand(typed["q"], account_id)
        return {name: value for name, value in asked.items() if value} | understood

    def given(self) -> dict[str, Any]:
        """Times as their fields take them."""
        return {
            name: value.strftime(TYPED_TIME) if isinstance(value, datetime) else value
            for name, value in super().given().items()
        }

    def filters(self) -> dict[str, Any]:
        return {name: value for name, value in self.given().items() if name not in self.PLACE}

    def query(self) -> str:
        """The filters as another address of the section takes them."""
        return f"?{urlencode(self.filters())}" if self.filters() else ""

    def chips(self) -> list[dict[str, str]]:
        """The filters that are set, each with the address of the list without it."""
        filters = self.filters()
        shown = {"range": {name: label for name, (label, _) in RANGES.items()}, "outcome": dict(Event.Outcome.choices)}
        return [
            {
                "label": str(self.fields[name].label),
                "value": "yes" if value is True else str(shown.get(name, {}).get(value, value)).replace("T", " "),
                "url": "?" + urlencode({other: kept for other, kept in filters.items() if other != name}),
            }
            for name, value in filters.items()
        ]


class HistoryFilters(Filters):
    """Of one object."""

    everything = forms.BooleanField(required=False)


def understand(text: str, account_id: str) -> dict[str, Any]:
    """What is meant by one word in a search box, as `lookup_events` takes it.

    An operation, an error code, an address, a request or the number of an event; else whoever did something or had
    something done to them: an ARN, `group/admins`, or just `alice`.
    """
    if not text:
        return {}
    known = {name.lower(): {"event_name": name} for name in operation_names()}
    known |= {code.lower(): {"error_code": code} for code in ERROR_CODES}
    if found := known.get(text.lower()):
        return found
    if text.isdecimal() and len(text) < 12:
        return {"sequence": int(text)}
    if REQUEST_ID.fullmatch(text):
        return {"request_id": text.lower()}
    try:
        return {"source_ip": str(ip_address(text))}
    except ValueError:
        return {"about": _arn(text, account_id)}


def _arn(text: str, account_id: str) -> str:
    """`user/alice`, or just `alice`, is a user's ARN."""
    if not text or text == "*" or text.startswith("arn:"):
        return text
    return f"arn:aws:iam::{account_id}:{text if '/' in text else f'user/{text}'}"
