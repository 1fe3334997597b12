"""What the pages of lists are asked in their address: filters, columns, order, and where in the list."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.utils.safestring import SafeString

from console.web import columns
from policies_app.operations import lists
from policies_app.operations.lists import Asked, Facts

from .filters import Filters


class ListForm(Filters):
    """`FACTS` are the fields by which the list is narrowed, as the operation calls them; their labels are on the chips.

    `columns` are only there when somebody chose some: an empty one says that there shall be none.
    """

    FACTS: ClassVar[tuple[str, ...]] = ()
    WORDS: ClassVar[Mapping[str, str]] = {"q": "search", "path": "path_prefix"}
    listed: ClassVar[Facts]
    shown: ClassVar[Mapping[str, columns.Shown]]

    q = forms.CharField(label="Search", required=False, max_length=128)
    path = forms.CharField(label="Path", required=False, max_length=512, help_text="/developers/")
    order = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"] = forms.MultipleChoiceField(
            required=False, choices=[("", ""), *((key, shown.label) for key, shown in self.shown.items())]
        )
        for field in self.fields.values():
            css = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            css = "form-check-input" if isinstance(field.widget, forms.CheckboxInput) else css
            field.widget.attrs |= {"class": css, "autocomplete": "off", "spellcheck": "false"}
            # In the field: a small form has no room beside it.
            if field.help_text:
                field.widget.attrs["placeholder"], field.help_text = field.help_text, ""

    def clean_order(self) -> str:
        order: str = self.cleaned_data["order"]
        if order and order.removeprefix("-") not in self.listed.orders:
            raise forms.ValidationError("The list cannot be ordered by this.")
        return order

    @property
    def sent_empty(self) -> bool:
        """Whether the address has fields that hold nothing, as a browser sends them."""
        return any(name in self.data and not self.data[name] for name in self.fields if name != "columns")

    @property
    def path_prefix(self) -> str:
        """Empty when there is none, or none that can be used."""
        path: str = "" if self.errors else self.cleaned_data["path"]
        return path

    def parameters(self, shown: list[str]) -> dict[str, Any]:
        """For the list operation, which must not be given what is not there."""
        asked: Asked = {
            "columns": shown,
            "filters": {name: str(self.given()[name]) for name in self.FACTS if name in self.given()},
        }
        if order := self.cleaned_data["order"]:
            asked["order"] = order
        words = {self.WORDS[name]: value for name, value in self.given().items() if name in self.WORDS}
        return words | self.paging() | {"asked": asked}

    def chosen(self) -> list[str] | None:
        """The columns that the address names, in the order of the table; None when it names none."""
        if self.errors or "columns" not in self.data:
            return None
        return [key for key in self.shown if key in self.cleaned_data["columns"]]

    def address(self, **changes: Any) -> str:
        """This list with some of it changed, or taken away by None, from its beginning unless a place is given.

        Relative to the list's own address.
        """
        held: dict[str, Any] = {name: value for name, value in self.given().items() if name not in self.PLACE}
        held |= {} if (chosen := self.chosen()) is None else {"columns": chosen or [""]}
        held = {name: value for name, value in (held | changes).items() if value is not None}
        return f"?{urlencode(held, doseq=True)}" if held else "."

    def page_url(self, marker: str, *, backwards: bool = False) -> str | None:
        place = {"marker": marker} | ({"backwards": "1"} if backwards else {})
        return self.address(**place) if marker else None

    @property
    def kept_with_filters(self) -> list[tuple[str, str]]:
        """What else a search has to send."""
        return self._kept("order", "columns")

    @property
    def kept_with_columns(self) -> list[tuple[str, str]]:
        """What else the choice of columns has to send."""
        return self._kept("q", "order", *self.filter_names)

    def _kept(self, *names: str) -> list[tuple[str, str]]:
        return [pair for pair in parse_qsl(self.address().lstrip("?."), keep_blank_values=True) if pair[0] in names]

    @property
    def unfiltered(self) -> str:
        return self.address(**dict.fromkeys(self.filter_names))

    @property
    def everything(self) -> str:
        return self.address(q=None, **dict.fromkeys(self.filter_names))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.narrowing or self.given().get("q"))

    @property
    def narrowing(self) -> list[str]:
        """The filters that are set, but for the search."""
        return [name for name in self.given() if name in self.filter_names]

    @property
    def filter_names(self) -> list[str]:
        return [name for name in self.fields if name not in {*self.PLACE, "q", "order", "columns"}]

    @property
    def filters(self) -> list[tuple[forms.BoundField, SafeString]]:
        """The fields to narrow the list by, as they are drawn."""
        return [
            (self[name], self[name].as_widget() if name in self.data else _empty(type(self), name))
            for name in self.filter_names
        ]

    def chips(self) -> list[dict[str, str]]:
        return [
            {
                "label": str(self.fields[name].label),
                "value": self._said(name),
                "url": self.address(**{name: None}),
            }
            for name in self.narrowing
        ]

    def _said(self, name: str) -> str:
        value, field = self.cleaned_data[name], self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return next(str(option.choice_label) for option in self[name] if option.data["selected"])
        return "yes" if value is True else f"{value} days" if isinstance(value, int) else value


@cache
def _empty(form: type[ListForm], name: str) -> SafeString:
    """Most are empty, and look the same on every page; drawing them anew takes as long as twenty rows."""
    return form()[name].as_widget()


def _days(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=9999, help_text=help_text)


def _text(label: str, help_text: str = "", longest: int = 128) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=longest, help_text=help_text)


def _tag() -> forms.CharField:
    return _text("Tag", "team or team=blue", 385)


def _policy() -> forms.CharField:
    return _text("Attached policy", "Name or ARN", 2048)


class UserList(ListForm):
    FACTS = ("group", "policy", "tag", "unused", "old_keys", "no_mfa")
    listed, shown = lists.USER, columns.USERS

    group = _text("Group", "Name")
    policy = _policy()
    tag = _tag()
    unused = _days("Unused for", "Days without sign-in or key use")
    old_keys = _days("Active keys older than", "Days")
    no_mfa = forms.BooleanField(label="Without MFA", required=False)


class GroupList(ListForm):
    FACTS = ("policy",)
    listed, shown = lists.GROUP, columns.GROUPS

    policy = _policy()


class RoleList(ListForm):
    FACTS = ("policy", "tag")
    listed, shown = lists.ROLE, columns.ROLES

    policy = _policy()
    tag = _tag()


class PolicyList(ListForm):
    FACTS = ("tag",)
    WORDS = {**ListForm.WORDS, "scope": "scope", "usage": "policy_usage_filter"}
    listed, shown = lists.POLICY, columns.POLICIES

    scope = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[
            ("", "All types"),
            ("AWS", "AWS managed"),
            ("job", "AWS managed, job function"),
            ("Local", "Customer managed"),
        ],
    )
    usage = forms.ChoiceField(
        label="Used as",
        required=False,
        choices=[
            ("", "Anything or nothing"),
            ("PermissionsPolicy", "Permissions policy"),
            ("PermissionsBoundary", "Permissions boundary"),
        ],
    )
    tag = _tag()

    def parameters(self, shown: list[str]) -> dict[str, Any]:
        found = super().parameters(shown)
        return found | ({"scope": "AWS", "path_prefix": columns.JOB_FUNCTIONS} if found.get("scope") == "job" else {})
