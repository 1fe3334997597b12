"""Whom a trust policy is to let in, in a few fields: each way makes a document to go on from."""

import json
import re
from typing import Any, Final

from django import forms

AS_TYPED: Final = {"autocapitalize": "off", "autocomplete": "off", "spellcheck": "false"}
WAYS: Final = [
    ("service", "AWS service"),
    ("own", "This account"),
    ("other", "Another account"),
    ("web", "Web identity"),
    ("saml", "SAML 2.0"),
    ("custom", "Custom"),
]
# By which key each of them tells for whom a token is; an OIDC provider of one's own has `aud`.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
AUDIENCE: Final = {"graph.facebook.com": "app_id", "www.amazon.com": "app_id"}
KNOWN_PROVIDERS: Final = ("accounts.google.com", "cognito-identity.amazonaws.com", *AUDIENCE)
SAML_AUDIENCE: Final = "https://signin.aws.amazon.com/saml"
MFA: Final = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
NEEDED: Final = {
    "service": ("service",),
    "other": ("account",),
    "web": ("provider", "audience"),
    "saml": ("saml_provider",),
}


def _text(label: str, help_text: str = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs=AS_TYPED | attrs)
    return forms.CharField(label=label, required=False, max_length=512, help_text=help_text, widget=widget)


class TrustStartForm(forms.Form):
    """All fields are there at once; only those of the chosen way count."""

    prefix = "trust"
    use_required_attribute = False  # of fields that do not show

    way = forms.ChoiceField(label="Who may take on the role", choices=WAYS, initial="own", widget=forms.RadioSelect)
    service = _text("Service", "Type a part of its name.", list="service-principals", placeholder="ec2.amazonaws.com")
    names = forms.CharField(
        label="Users and roles",
        required=False,
        max_length=10_000,
        help_text="One a line, as user/alice or role/team/builder. Without any, all whose own policies allow it.",
        widget=forms.Textarea(attrs=AS_TYPED | {"rows": 2}),
    )
    account = _text("Account id", "12 digits.", inputmode="numeric")
    external_id = _text("External id", "A word that a third party has to say as well.")
    mfa = forms.BooleanField(label="Only with MFA", required=False)
    provider = _text(
        "Provider", "A host such as accounts.google.com, or the ARN of an OIDC provider.", list="identity-providers"
    )
    audience = _text("Audience", "For whom the token is: the client or app id.")
    subject = _text("Subject", "Whose token it is, where * stands for anything: repo:acme/site:*")
    saml_provider = _text("Provider", "The name or the ARN of the SAML provider.")
    saml_audience = _text("Audience", f"{SAML_AUDIENCE} unless you change it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Of a form that was sent, what the ways need that were not chosen is not needed."""
        super().__init__(*args, **kwargs)
        chosen = self["way"].value() if self.is_bound else None
        for way, names in NEEDED.items():
            for name in names:
                self.fields[name].required = chosen in {None, way}

    def clean_account(self) -> str:
        typed: str = self.cleaned_data["account"].replace("-", "")
        if typed and not re.fullmatch("[0-9]{12}", typed):
            raise forms.ValidationError("An account id has 12 digits.")
        return typed

    def document(self, account_id: str) -> str:
        """The text of a valid form's policy, for a role of the account."""
        statement: dict[str, Any] = {"Effect": "Allow", **getattr(self, f"_{self.cleaned_data['way']}")(account_id)}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4)

    def _service(self, _account_id: str) -> dict[str, Any]:
        return _assume("AssumeRole", {"Service": self.cleaned_data["service"]})

    def _own(self, account_id: str) -> dict[str, Any]:
        lines = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        arns = [line if line.startswith("arn:") else f"arn:aws:iam::{account_id}:{line}" for line in lines]
        return _assume("AssumeRole", {"AWS": _one_or_all(arns or [f"arn:aws:iam::{account_id}:root"])}, self._mfa())

    def _other(self, _account_id: str) -> dict[str, Any]:
        conditions = self._mfa()
        if external_id := self.cleaned_data["external_id"]:
            conditions = {"StringEquals": {"sts:ExternalId": external_id}} | conditions
        return _assume("AssumeRole", {"AWS": f"arn:aws:iam::{self.cleaned_data['account']}:root"}, conditions)

    def _web(self, account_id: str) -> dict[str, Any]:
        typed = self.cleaned_data["provider"].removeprefix("https://").rstrip("/")
        host = typed.partition(":oidc-provider/")[2] or typed
        known = host in KNOWN_PROVIDERS or typed.startswith("arn:")
        named = typed if known else f"arn:aws:iam::{account_id}:oidc-provider/{host}"
        conditions = {"StringEquals": {f"{host}:{AUDIENCE.get(host, 'aud')}": self.cleaned_data["audience"]}}
        if subject := self.cleaned_data["subject"]:
            conditions["StringLike"] = {f"{host}:sub": subject}
        return _assume("AssumeRoleWithWebIdentity", {"Federated": named}, conditions)

    def _saml(self, account_id: str) -> dict[str, Any]:
        typed = self.cleaned_data["saml_provider"]
        named = typed if typed.startswith("arn:") else f"arn:aws:iam::{account_id}:saml-provider/{typed}"
        audience = self.cleaned_data["saml_audience"] or SAML_AUDIENCE
        return _assume("AssumeRoleWithSAML", {"Federated": named}, {"StringEquals": {"SAML:aud": audience}})

    def _custom(self, _account_id: str) -> dict[str, Any]:
        return _assume("AssumeRole", {})

    def _mfa(self) -> dict[str, Any]:
        return dict(MFA) if self.cleaned_data["mfa"] else {}


def _assume(action: str, principal: dict[str, Any], conditions: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"Principal": principal, "Action": f"sts:{action}"} | ({"Condition": conditions} if conditions else {})


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values
