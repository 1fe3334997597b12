"""What a list is narrowed to, and which page of it is shown: from the URL, so that a list can be linked to."""

from typing import Any
from urllib.parse import urlencode

from django import forms


class Filters(forms.Form):
    """`PLACE` says where in the list; all other fields are filters."""

    PLACE = ("marker", "backwards")

    marker = forms.CharField(required=False, strip=False)
    backwards = forms.BooleanField(required=False)

    def given(self) -> dict[str, Any]:
        """The valid fields that hold something: what is left out is left to the operation."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def paging(self) -> dict[str, Any]:
        """As the list operations take it."""
        return {name: value for name, value in self.given().items() if name in self.PLACE}

    def page_url(self, marker: str, *, backwards: bool = False) -> str | None:
        """The address of the same list from another place on; None where there is no page."""
        if not marker:
            return None
        filters = {name: value for name, value in self.given().items() if name not in self.PLACE}
        return "?" + urlencode(filters | {"marker": marker} | ({"backwards": "1"} if backwards else {}))
