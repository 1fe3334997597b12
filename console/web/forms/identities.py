"""Forms that users, groups and roles share."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import get_default_renderer

from policies_app.engine.parser import Layer
from policies_app.operations.creation import Tags

from .confirmation import ConfirmingForm
from .filters import Filters
from .policies import DocumentField

NAME_HELP = "Letters, digits and + = , . @ - _; at most {} characters."
PATH_HELP = "Begins and ends with a slash, such as /developers/. Most accounts need only /."


class ListFilters(Filters):
    """Search by a part of the name, below a path."""

    q = forms.CharField(label="Search", required=False, max_length=128)
    path = forms.CharField(label="Path", required=False, max_length=512)

    @property
    def path_prefix(self) -> str:
        """Empty when there is none, or none that can be used."""
        path: str = "" if self.errors else self.cleaned_data["path"]
        return path

    def parameters(self) -> dict[str, Any]:
        """For the list operations, which must not be given what is not there."""
        words = {"q": "search", "path": "path_prefix"}
        return {words.get(name, name): value for name, value in self.given().items()}


class ChoiceFilters(ListFilters):
    """`place` says in one value from where the list goes on, as the button of a page brings no more than one."""

    place = forms.RegexField("^(after|before):", required=False, strip=False)

    def given(self) -> dict[str, Any]:
        given = super().given()
        side, _, marker = given.pop("place", "").partition(":")
        return given | ({"marker": marker} if marker else {}) | ({"backwards": True} if side == "before" else {})


class DocumentForm(ConfirmingForm):
    """`base_sha256` names the document that the text was edited from; it is empty for a new policy."""

    policy_document = DocumentField(label="Policy document")
    base_sha256 = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class TrustDocumentForm(DocumentForm):
    document_kind = Layer.TRUST

    policy_document = DocumentField(label="Trust policy")


class InlinePolicyForm(DocumentForm):
    policy_name = forms.CharField(label="Name", max_length=128, strip=False, help_text=NAME_HELP.format(128))

    field_order = ("policy_name", "policy_document")


class DeleteForm(forms.Form):
    """Asks for the name to be typed."""

    typed_name = forms.CharField(label="Name", max_length=128, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name

    def clean_typed_name(self) -> str:
        typed: str = self.cleaned_data["typed_name"]
        if typed.lower() != self.name.lower():
            raise forms.ValidationError("This is not the name.")
        return typed


class DeleteIdentityForm(DeleteForm):
    """`everything` asks for what blocks the deletion to go first."""

    everything = forms.BooleanField(label="First take all of that out of the way", required=False)


class TagForm(forms.Form):
    """One row of tags. What it showed at first comes back with it, so that only changes are made."""

    key = forms.CharField(required=False, max_length=128)
    value = forms.CharField(required=False, max_length=256)
    shown_key = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    shown_value = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = (self.prefix or "").rpartition("-")[2]
        place = f" {int(number) + 1}" if number.isdecimal() else ""
        self.fields["key"].label = f"Key{place}"
        self.fields["value"].label = f"Value{place}"

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("value") and not self.cleaned_data.get("key") and "key" not in self.errors:
            self.add_error("key", "A value needs a key.")
        return self.cleaned_data


if TYPE_CHECKING:
    TagRows = forms.BaseFormSet[TagForm]
else:
    TagRows = forms.BaseFormSet  # takes no type at run time


class TagFormSet(TagRows):
    """The tags that there are, and a few empty rows for more."""

    form = TagForm
    renderer = get_default_renderer()
    extra, min_num, max_num, absolute_max = 3, 0, 53, 100
    can_order = can_delete = can_delete_extra = validate_min = validate_max = False

    def clean(self) -> None:
        seen = set()
        for row in self.forms:
            key = row.cleaned_data.get("key", "") if row.is_valid() else ""
            if key and key.lower() in seen:
                row.add_error("key", "This key is there already; upper and lower case make no difference.")
            seen.add(key.lower())

    @property
    def set_rows(self) -> list[TagForm]:
        """The rows whose tag is new or changed."""
        return [
            row
            for row in self.forms
            if row.cleaned_data.get("key")
            and (row.cleaned_data["key"], row.cleaned_data["value"])
            != (row.cleaned_data["shown_key"], row.cleaned_data["shown_value"])
        ]

    @property
    def tags(self) -> Tags:
        return [{"Key": row.cleaned_data["key"], "Value": row.cleaned_data["value"]} for row in self.set_rows]

    @property
    def removed_keys(self) -> list[str]:
        """Keys that were shown and are in no row any more, in whatever case."""
        kept = {row.cleaned_data.get("key", "").lower() for row in self.forms}
        shown = [row.cleaned_data.get("shown_key", "") for row in self.forms]
        return [key for key in shown if key and key.lower() not in kept]

    def place_violations(self, violations: dict[str, str]) -> dict[str, str]:
        """Put `tags.2.member.key` beside the second tag that was sent; what belongs to no row is given back."""
        others = {}
        for place, message in violations.items():
            parts = place.split(".")
            if parts[0] == "tags" and parts[1:2] and len(parts) == 4 and parts[3] in {"key", "value"}:
                self.set_rows[int(parts[1]) - 1].add_error(parts[3], message)
            else:
                others[place] = message
        return others


def tag_rows(tags: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"key": key, "value": value, "shown_key": key, "shown_value": value} for key, value in tags]
