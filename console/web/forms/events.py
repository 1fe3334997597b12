from typing import Any

from django import forms

from policies_app.models import Event

from .filters import Filters


class EventFilters(Filters):
    """Events are found by the whole ARN; its last part, as the table shows it, is enough for one of the own account."""

    principal = forms.CharField(required=False, max_length=2048)
    operation = forms.CharField(required=False, max_length=128)
    resource = forms.CharField(required=False, max_length=2048)
    outcome = forms.ChoiceField(required=False, choices=[("", "Any outcome"), *Event.Outcome.choices])

    def parameters(self, account_id: str) -> dict[str, Any]:
        """As `lookup_events` takes them."""
        return {
            "principal": _arn(self.cleaned_data["principal"], account_id),
            "event_name": self.cleaned_data["operation"],
            "resource": _arn(self.cleaned_data["resource"], account_id),
            "outcome": self.cleaned_data["outcome"],
            "marker": self.cleaned_data["marker"],
        }


def _arn(text: str, account_id: str) -> str:
    """`user/alice`, or just `alice`, is a user's ARN."""
    if not text or text == "*" or text.startswith("arn:"):
        return text
    return f"arn:aws:iam::{account_id}:{text if '/' in text else f'user/{text}'}"
