from django import forms

from .identities import NAME_HELP, PATH_HELP


class ConversionForm(forms.Form):
    """`base_sha256` names the document that was looked at: another one is not converted unseen."""

    policy_name = forms.CharField(label="Name", max_length=128, strip=False, help_text=NAME_HELP.format(128))
    path = forms.CharField(required=False, empty_value="/", initial="/", max_length=512, help_text=PATH_HELP)
    description = forms.CharField(required=False, max_length=1000, help_text="It cannot be changed later.")
    base_sha256 = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
