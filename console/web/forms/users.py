from typing import Any

from django import forms

from console.web.drafts import SignIn

from .identities import NAME_HELP, PATH_HELP

REQUIREMENTS = (
    "What the account's password policy asks for; without one, at least 8 characters, of three kinds among upper case, "
    "lower case, numbers and symbols. Not like the user name, and not one that many people use."
)
RESET_LABEL = "The user chooses a new password at the next sign-in"


class PasswordForm(forms.Form):
    password = forms.CharField(
        max_length=128,
        strip=False,
        help_text=REQUIREMENTS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_reset_required = forms.BooleanField(label=RESET_LABEL, required=False, initial=True)


class NewUserForm(forms.Form):
    """The first step of making a user. A password of one's own is typed on the last one, so that it waits nowhere."""

    user_name = forms.CharField(label="Name", max_length=64, strip=False, help_text=NAME_HELP.format(64))
    path = forms.CharField(required=False, empty_value="/", initial="/", max_length=512, help_text=PATH_HELP)
    sign_in = forms.ChoiceField(
        label="Console password",
        required=False,
        initial=SignIn.NONE,
        widget=forms.RadioSelect,
        choices=[
            (SignIn.NONE, "None: no sign-in to the console"),
            (SignIn.GENERATED, "A generated one, shown once in the end"),
            (SignIn.TYPED, "One that I type on the last page"),
        ],
    )
    password_reset_required = forms.BooleanField(label=RESET_LABEL, required=False, initial=True)

    def __init__(self, *args: Any, may_set_password: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_set_password:
            self.fields["sign_in"].disabled = self.fields["password_reset_required"].disabled = True
            self.fields["sign_in"].help_text = "You may not give a password: that needs iam:CreateLoginProfile."

    def clean_sign_in(self) -> str:
        return self.cleaned_data["sign_in"] or SignIn.NONE


class EditUserForm(forms.Form):
    new_user_name = forms.CharField(label="Name", max_length=64, strip=False, help_text=NAME_HELP.format(64))
    new_path = forms.CharField(label="Path", required=False, empty_value="/", max_length=512, help_text=PATH_HELP)
