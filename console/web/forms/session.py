from typing import Any

from django import forms

from policies_app.models import Account


class SignInForm(forms.Form):
    account = forms.CharField(
        label="Account",
        max_length=63,
        help_text="The 12-digit id or the alias.",
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autocapitalize": "off", "spellcheck": "false"}),
    )
    user_name = forms.CharField(
        label="User name",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, only_account: Account | None, **kwargs: Any) -> None:
        """`only_account` is what an empty account field means, in an installation that has no other."""
        super().__init__(*args, **kwargs)
        self.only_account = only_account
        self.fields["account"].required = only_account is None
        if only_account:
            self.fields["account"].initial = only_account.alias or only_account.pk
        self.fields["user_name" if only_account else "account"].widget.attrs["autofocus"] = True

    def clean_account(self) -> str:
        typed: str = self.cleaned_data["account"]
        return typed or (self.only_account.pk if self.only_account else "")
