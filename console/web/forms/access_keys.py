from django import forms

from .identities import DeleteForm


class DeleteAccessKeyForm(DeleteForm):
    """Asks for the key's id to be typed."""

    typed_name = forms.CharField(
        label="Access key ID", max_length=128, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
