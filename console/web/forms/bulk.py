"""What is asked before something is done to several rows of a list."""

from typing import Any

from django import forms

CONFIRMATION = "delete"


class ChangeForm(forms.Form):
    """`given` is what the change is made with."""

    def given(self) -> dict[str, Any]:
        return self.cleaned_data


class GroupForm(ChangeForm):
    group = forms.CharField(
        max_length=128, strip=False, widget=forms.TextInput(attrs={"list": "suggestions", "autocomplete": "off"})
    )


class AttachForm(ChangeForm):
    policy = forms.CharField(
        max_length=2048,
        help_text="Its name or its ARN. Of two with the same name, the account's own.",
        widget=forms.TextInput(attrs={"list": "suggestions", "autocomplete": "off", "spellcheck": "false"}),
    )


class TagForm(ChangeForm):
    key = forms.CharField(
        max_length=128, help_text="Where there is a tag with this key already, it gets the new value."
    )
    value = forms.CharField(required=False, max_length=256)


class DeleteForm(ChangeForm):
    typed = forms.CharField(
        label=f"To confirm, type {CONFIRMATION}", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed.lower() != CONFIRMATION:
            raise forms.ValidationError(f"This is not the word {CONFIRMATION}.")
        return typed


class DeleteWithEverythingForm(DeleteForm):
    everything = forms.BooleanField(label="First detach and delete what is in the way", required=False)
