from typing import Any

from django import forms

from .events import EventFilters
from .filters import Filters
from .users import REQUIREMENTS


class OwnEventFilters(Filters):
    operation = EventFilters.base_fields["operation"]
    outcome = EventFilters.base_fields["outcome"]

    def parameters(self) -> dict[str, Any]:
        """As `lookup_events` takes them."""
        typed = self.cleaned_data
        return {"event_name": typed["operation"], "outcome": typed["outcome"], "marker": typed["marker"]}


class PasswordForm(forms.Form):
    old_password = forms.CharField(
        label="Current password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label="New password",
        max_length=128,
        strip=False,
        help_text=REQUIREMENTS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label="New password again",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if "repeated" in data and data.get("new_password") not in {None, data["repeated"]}:
            self.add_error("repeated", "The two new passwords differ.")
        return data
