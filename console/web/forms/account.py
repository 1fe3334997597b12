from typing import Any, Final

from django import forms

from policies_app.models import PasswordPolicy

# AWS's limits: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
LENGTHS: Final = (6, 128)
DAYS: Final = (1, 1095)
PASSWORDS: Final = (1, 24)


class AliasForm(forms.Form):
    account_alias = forms.CharField(
        label="Alias",
        max_length=63,
        help_text="3 to 63 lower-case letters, digits and single hyphens, which neither begin nor end it.",
        widget=forms.TextInput(attrs={"autocapitalize": "off", "autocomplete": "off", "spellcheck": "false"}),
    )


class PasswordPolicyForm(forms.Form):
    """AWS's fields by the names of its parameters. A number without its tick counts for nothing."""

    minimum_password_length = forms.IntegerField(
        label="Minimum length", min_value=LENGTHS[0], max_value=LENGTHS[1], help_text="6 to 128 characters."
    )
    require_uppercase_characters = forms.BooleanField(label="An upper-case letter (A to Z)", required=False)
    require_lowercase_characters = forms.BooleanField(label="A lower-case letter (a to z)", required=False)
    require_numbers = forms.BooleanField(label="A number (0 to 9)", required=False)
    require_symbols = forms.BooleanField(label="A symbol (! @ # $ % ^ & * ( ) _ + - = [ ] { } | ')", required=False)
    expires = forms.BooleanField(label="Passwords expire", required=False)
    max_password_age = forms.IntegerField(
        label="Days until a password expires",
        required=False,
        min_value=DAYS[0],
        max_value=DAYS[1],
        help_text="1 to 1,095 days, counted from the day on which it was set: some may expire at once.",
    )
    hard_expiry = forms.BooleanField(
        label="Who comes with an expired password cannot sign in, and asks an administrator for a new one",
        required=False,
    )
    prevents_reuse = forms.BooleanField(label="Passwords cannot be used again", required=False)
    password_reuse_prevention = forms.IntegerField(
        label="Earlier passwords to remember",
        required=False,
        min_value=PASSWORDS[0],
        max_value=PASSWORDS[1],
        help_text="1 to 24, the present one among them.",
    )
    allow_users_to_change_password = forms.BooleanField(
        label="Say to programs that users may change their own password",
        required=False,
        help_text="It is kept, and told to who reads the policy. Whether somebody may is for their policies to say.",
    )

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        for tick, number in (("expires", "max_password_age"), ("prevents_reuse", "password_reuse_prevention")):
            if typed.get(tick) and number in typed and typed[number] is None:
                self.add_error(number, "Say how many.")
        if typed.get("hard_expiry") and not typed.get("expires"):
            self.add_error("hard_expiry", "Only where passwords expire.")
        return typed

    def parameters(self) -> dict[str, Any]:
        """As `update_account_password_policy` takes them."""
        given = dict(self.cleaned_data)
        if not given.pop("expires"):
            given["max_password_age"] = given["hard_expiry"] = None
        if not given.pop("prevents_reuse"):
            given["password_reuse_prevention"] = None
        return given


def shown(policy: PasswordPolicy | None) -> dict[str, Any]:
    """What the form begins with: the policy, or the nearest to AWS's default that a policy can be."""
    if policy is None:
        kinds = ("uppercase_characters", "lowercase_characters", "numbers")
        return {"minimum_password_length": 8} | {f"require_{kind}": True for kind in kinds}
    return {
        "minimum_password_length": policy.minimum_length,
        "require_uppercase_characters": policy.require_uppercase,
        "require_lowercase_characters": policy.require_lowercase,
        "require_numbers": policy.require_numbers,
        "require_symbols": policy.require_symbols,
        "expires": policy.max_age is not None,
        "max_password_age": policy.max_age,
        "hard_expiry": policy.hard_expiry,
        "prevents_reuse": policy.reuse_prevention is not None,
        "password_reuse_prevention": policy.reuse_prevention,
        "allow_users_to_change_password": policy.allow_users_to_change,
    }


class DetailsForm(forms.Form):
    """Nothing ticked is everything."""

    filter = forms.MultipleChoiceField(
        label="What it holds",
        required=False,
        choices=[
            ("User", "Users"),
            ("Group", "Groups"),
            ("Role", "Roles"),
            ("LocalManagedPolicy", "Customer managed policies"),
            ("AWSManagedPolicy", "AWS managed policies that are in use"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
