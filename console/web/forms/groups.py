from django import forms

from .identities import NAME_HELP, PATH_HELP


class CreateGroupForm(forms.Form):
    group_name = forms.CharField(label="Name", max_length=128, strip=False, help_text=NAME_HELP.format(128))
    path = forms.CharField(required=False, empty_value="/", initial="/", max_length=512, help_text=PATH_HELP)


class EditGroupForm(forms.Form):
    new_group_name = forms.CharField(label="Name", max_length=128, strip=False, help_text=NAME_HELP.format(128))
    new_path = forms.CharField(label="Path", required=False, empty_value="/", max_length=512, help_text=PATH_HELP)
