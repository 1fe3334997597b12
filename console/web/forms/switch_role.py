from django import forms

from policies_app.operations.accounts import find_account

COLORS = [
    ("info", "Blue"),
    ("ok", "Green"),
    ("warn", "Yellow"),
    ("danger", "Red"),
    ("accent", "Teal"),
    ("neutral", "Grey"),
]
"""The tones of docs/look.md, by the names of their colours."""

_AS_TYPED = {"autocapitalize": "off", "autocomplete": "off", "spellcheck": "false"}


class SwitchRoleForm(forms.Form):
    account = forms.CharField(
        max_length=63, help_text="The 12-digit id or the alias.", widget=forms.TextInput(attrs=_AS_TYPED)
    )
    role = forms.CharField(
        label="Role name",
        max_length=576,
        help_text="With its path, if it has one: teams/payments/Auditor.",
        widget=forms.TextInput(attrs=_AS_TYPED),
    )
    display_name = forms.CharField(
        required=False,
        max_length=64,
        help_text="What the banner is to call it.",
        widget=forms.TextInput(attrs=_AS_TYPED),
    )
    color = forms.ChoiceField(required=False, label="Colour", choices=COLORS, initial="info")

    def clean_account(self) -> str:
        """The id. What is no alias stays what it is, and is refused as a role that is not there."""
        typed: str = self.cleaned_data["account"]
        account = find_account(typed)
        return account.pk if account else typed

    def clean_role(self) -> str:
        typed: str = self.cleaned_data["role"]
        return typed.removeprefix("/")

    def clean_color(self) -> str:
        return self.cleaned_data["color"] or "info"
