from django import forms

from .identities import NAME_HELP, PATH_HELP

REQUIREMENTS = (
    "What the account's password policy asks for; without one, at least 8 characters, of three kinds among upper case, "
    "lower case, numbers and symbols. Not like the user name, and not one that many people use."
)


class PasswordForm(forms.Form):
    password = forms.CharField(
        max_length=128,
        strip=False,
        help_text=REQUIREMENTS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_reset_required = forms.BooleanField(
        label="The user chooses a new password at the next sign-in", required=False, initial=True
    )


class CreateUserForm(PasswordForm):
    """Without a password the user cannot sign in to the console."""

    user_name = forms.CharField(label="Name", max_length=64, strip=False, help_text=NAME_HELP.format(64))
    path = forms.CharField(required=False, empty_value="/", initial="/", max_length=512, help_text=PATH_HELP)
    permissions_boundary = forms.CharField(
        required=False,
        empty_value=None,
        max_length=2048,
        help_text="The ARN of a managed policy that caps what the user may do.",
        widget=forms.TextInput(attrs={"list": "boundaries", "autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ("user_name", "path", "permissions_boundary", "password", "password_reset_required")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own parameters, passed on
        self.fields["password"].required = False
        self.fields["password"].label = "Console password"
        self.fields["password"].help_text = f"Empty: no sign-in to the console. {REQUIREMENTS}"


class EditUserForm(forms.Form):
    new_user_name = forms.CharField(label="Name", max_length=64, strip=False, help_text=NAME_HELP.format(64))
    new_path = forms.CharField(label="Path", required=False, empty_value="/", max_length=512, help_text=PATH_HELP)
