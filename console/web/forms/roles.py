from typing import Any

from django import forms

from policies_app.engine.parser import Layer

from .confirmation import ConfirmingForm
from .identities import NAME_HELP, PATH_HELP
from .policies import DocumentField

HOUR = 3600
DURATIONS = [(hours * HOUR, f"{hours} hour{'s' if hours > 1 else ''}") for hours in range(1, 13)]


class EditRoleForm(forms.Form):
    description = forms.CharField(required=False, max_length=1000)
    max_session_duration = forms.TypedChoiceField(
        label="Longest session",
        coerce=int,
        choices=DURATIONS,
        initial=HOUR,
        help_text="How long who takes on the role may keep it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A duration that a program set is offered too; which ones there can be is for the operation to say."""
        super().__init__(*args, **kwargs)
        field = self.fields["max_session_duration"]
        assert isinstance(field, forms.TypedChoiceField)
        current = str(self["max_session_duration"].value())
        if current not in {str(seconds) for seconds, _ in DURATIONS}:
            field.choices = [*DURATIONS, (current, f"{current} seconds")]


class CreateRoleForm(EditRoleForm, ConfirmingForm):
    document_kind = Layer.TRUST

    role_name = forms.CharField(label="Name", max_length=64, strip=False, help_text=NAME_HELP.format(64))
    path = forms.CharField(required=False, empty_value="/", initial="/", max_length=512, help_text=PATH_HELP)
    permissions_boundary = forms.CharField(
        required=False,
        empty_value=None,
        max_length=2048,
        help_text="The ARN of a managed policy that caps what the role may do.",
        widget=forms.TextInput(attrs={"list": "boundaries", "autocomplete": "off", "spellcheck": "false"}),
    )
    assume_role_policy_document = DocumentField(label="Trust policy: who may take on the role")

    field_order = ("role_name", "description", "path", "max_session_duration", "permissions_boundary")
