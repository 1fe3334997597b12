"""What is asked about: an action, a resource, and under which circumstances. All of it is in the address."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.urls import reverse

from policies_app.engine.catalog.services import Action, catalog
from policies_app.engine.catalog.word_search import actions_named
from policies_app.operations.simulation_inputs import EVERY_RESOURCE

_PLACEHOLDER: Final = re.compile(r"\$\{\w+\}")
MOST_KEYS: Final = 30
SUGGESTED: Final = 30


class WhyForm(forms.Form):
    """Each context key is one pair of `key` and `value`, as many times as there are; empty values are left out.

    `refused` is the request that was refused, where somebody comes from its page.
    """

    action = forms.CharField(
        max_length=128,
        error_messages={"required": "Say what is to be done: s3:GetObject."},
        widget=forms.TextInput(attrs={"placeholder": "s3:GetObject", "list": "actions"}),
    )
    resource = forms.CharField(
        max_length=2048,
        error_messages={"required": "Say what it is done to."},
        widget=forms.TextInput(attrs={"placeholder": "The ARN of what it is done to", "list": "resources"}),
    )
    refused = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query if "action" in query else None)
        for name in ("action", "resource"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        self.fields["action"].widget.attrs |= {
            "hx-get": reverse("me:why_suggestions"),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#actions",
            "hx-sync": "this:replace",
        }
        self.given = _given(query)
        self.known: Action | None = None
        self.suggested: list[str] = []

    def clean_action(self) -> str:
        """As AWS spells it. What is done to nothing in particular is asked of everything."""
        typed = "".join(self.cleaned_data["action"].split())
        self.suggested = [] if catalog().action(typed) else sorted(actions_named(typed, SUGGESTED), key=len)
        self.known = catalog().action(self.suggested[0] if len(self.suggested) == 1 else typed)
        self.fields["resource"].required = self.known is None or bool(self.known.resources)
        if self.known:
            return self.known.full_name
        found = "Choose one of these." if self.suggested else "Try a part of its name."
        raise forms.ValidationError(f"No action is called {typed}. {found}")

    def clean(self) -> dict[str, Any]:
        """One thing after the other: what an action is done to depends on it."""
        if "action" in self.errors:
            self.errors.pop("resource", None)
        return self.cleaned_data

    def clean_resource(self) -> str:
        resource: str = self.cleaned_data["resource"].strip() or EVERY_RESOURCE
        if unfilled := _PLACEHOLDER.findall(resource):
            raise forms.ValidationError(f"Put a name in place of {', '.join(unfilled)}.")
        if resource != EVERY_RESOURCE and not re.fullmatch(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", resource):
            raise forms.ValidationError("A resource is an ARN, arn:aws:s3:::bucket/key, or * for all.")
        return resource


def _given(query: QueryDict) -> Mapping[str, str]:
    pairs = zip(query.getlist("key")[:MOST_KEYS], query.getlist("value"), strict=False)
    return {name.strip(): value.strip() for name, value in pairs if name.strip() and value.strip()}


def values_of(name: str, typed: str) -> str | tuple[str, ...]:
    """Several, separated by commas, of a key that has several."""
    known = catalog().condition_key(name)
    return tuple(part.strip() for part in typed.split(",")) if known and known.multivalued else typed


def circumstances(now: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The context keys as they are now, but for those that are given; keys have no case."""
    folded = {name.lower() for name in given}
    kept = {name: value for name, value in now.items() if name.lower() not in folded}
    return kept | {name: values_of(name, typed) for name, typed in given.items()}
