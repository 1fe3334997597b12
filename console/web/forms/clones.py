from typing import Any

from django import forms

from .identities import NAME_HELP, PATH_HELP


class CloneForm(forms.Form):
    """The name is a field of the operation's own parameter, such as `user_name`; `take` names what to take along."""

    path = forms.CharField(required=False, empty_value="/", max_length=512, help_text=PATH_HELP)
    take = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, parameter: str, longest: int, parts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = forms.CharField(label="New name", max_length=longest, strip=False, help_text=NAME_HELP.format(longest))
        self.fields = {parameter: name, **self.fields}
        take = self.fields["take"]
        assert isinstance(take, forms.MultipleChoiceField)
        take.choices = [(part, part) for part in parts]

    @property
    def taken(self) -> set[str]:
        """What is ticked, whether the form was sent or not."""
        return set(self["take"].value() or ())
