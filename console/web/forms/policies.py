from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.urls import Resolver404, resolve

from policies_app.models import IdentityKind
from policies_app.operations.creation import Tags
from policies_app.operations.documents import MANAGED_POLICY_SIZE, WHITE_SPACE, size

from .confirmation import ConfirmingForm
from .filters import Filters

LONGEST_TEXT = 131_072
"""The most characters, white space and all, that IAM takes as a document."""


class DocumentField(forms.CharField):
    """The text of a policy, kept as it was typed. What it says is for the operation to judge.

    `limit` is IAM's quota in characters without white space.
    """

    widget = forms.Textarea

    def __init__(self, limit: int | None = None, **parameters: Any) -> None:
        super().__init__(strip=False, **parameters)
        self.limit = limit
        # This one would say "null characters" and not where; the parser does.
        self.validators = [each for each in self.validators if not isinstance(each, ProhibitNullCharactersValidator)]

    def to_python(self, value: Any) -> str:
        return normal_lines(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.limit and (used := size(value)) > self.limit:
            counted = [offset for offset, char in enumerate(value) if ord(char) not in WHITE_SPACE]
            raise ValidationError(
                f"The policy has {used:,} characters without white space; at most {self.limit:,} fit. "
                f"What does not begins at {_place(value, counted[self.limit])}."
            )
        if len(value) > LONGEST_TEXT:
            raise ValidationError(
                f"The text has {len(value):,} characters; at most {LONGEST_TEXT:,} are taken. "
                f"What is not begins at {_place(value, LONGEST_TEXT)}."
            )


def _place(text: str, offset: int) -> str:
    before = text[:offset]
    return f"line {before.count('\n') + 1:,}, column {offset - before.rfind('\n'):,}"


def normal_lines(text: str) -> str:
    """A browser sends every line break as CR LF, which nobody typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class PolicyForm(ConfirmingForm):
    of_managed = True

    policy_name = forms.CharField(
        label="Name",
        strip=False,
        max_length=128,
        help_text="Letters, digits and + = , . @ - _; at most 128. It cannot be changed later.",
    )
    path = forms.CharField(
        required=False,
        empty_value="/",
        initial="/",
        max_length=512,
        help_text="Begins and ends with a slash, such as /developers/. Most accounts need only /.",
    )
    description = forms.CharField(required=False, max_length=1000, help_text="It cannot be changed later.")
    tags = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="One a line, as team=blue"
    )
    policy_document = DocumentField(limit=MANAGED_POLICY_SIZE, label="Policy document")

    def clean_tags(self) -> Tags | None:
        """None where there is no tag. IAM's rules for keys and values are the operation's to check."""
        lines = [line for line in self.cleaned_data["tags"].splitlines() if line.strip()]
        if odd := next((line for line in lines if not line.partition("=")[0].strip() or "=" not in line), None):
            raise ValidationError(f"{odd} is not of the form key=value.")
        pairs = [(key.strip(), value.strip()) for key, _, value in (line.partition("=") for line in lines)]
        if len({key.lower() for key, _ in pairs}) < len(pairs):
            raise ValidationError("A key is there twice; upper and lower case make no difference.")
        return [{"Key": key, "Value": value} for key, value in pairs] or None


class PolicyVersionForm(ConfirmingForm):
    """`base_version_id` is the version that the text was edited from.

    `on_top_of` replaces it once somebody has seen what was saved meanwhile; `delete_version_id` makes room first.
    """

    of_managed = True

    policy_document = DocumentField(limit=MANAGED_POLICY_SIZE, label="Policy document")
    base_version_id = forms.CharField(required=False, widget=forms.HiddenInput)
    on_top_of = forms.CharField(required=False)
    delete_version_id = forms.CharField(required=False)


class PolicyFilters(Filters):
    scope = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[("", "All types"), ("AWS", "AWS managed"), ("Local", "Customer managed"), ("attached", "Attached")],
    )
    q = forms.CharField(label="Search", required=False, max_length=128)

    def parameters(self) -> dict[str, Any]:
        """As `list_policies` takes them."""
        match self.cleaned_data["scope"]:
            case "attached":
                narrowed: dict[str, Any] = {"only_attached": True}
            case "":
                narrowed = {}
            case scope:
                narrowed = {"scope": scope}
        return narrowed | {"search": self.cleaned_data["q"]} | self.paging()


class StartFilters(PolicyFilters):
    """`to` is the form that waits for what is chosen."""

    FORMS = frozenset({"policies:create", "users:inline_create", "groups:inline_create", "roles:inline_create"})

    to = forms.CharField(max_length=512)

    def clean_to(self) -> str:
        path: str = self.cleaned_data["to"]
        try:
            known = resolve(path).view_name in self.FORMS
        except Resolver404:
            known = False
        if not known:
            raise ValidationError("This is no form of a new policy.")
        return path


# What a policy is to a user, group or role, as IAM calls it and as pages do.
USAGES = {"PermissionsPolicy": "Attached to", "PermissionsBoundary": "Used as boundary by"}


class AttachFilters(Filters):
    """Users, groups or roles to attach a policy to, one kind at a time."""

    kind = forms.ChoiceField(required=False, choices=IdentityKind.choices)
    q = forms.CharField(label="Search", required=False, max_length=128)


class EntityFilters(AttachFilters):
    """Who has a policy in the one way or the other: all kinds, or one."""

    usage = forms.ChoiceField(required=False, choices=list(USAGES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", "All kinds"), *((value, f"{label}s") for value, label in IdentityKind.choices)]

    def parameters(self) -> dict[str, Any]:
        """As `list_entities_for_policy` takes them."""
        given = self.given()
        narrowed = {"entity_filter": given["kind"].capitalize()} if "kind" in given else {}
        return narrowed | {"search": given.get("q", "")} | self.paging()


class IdentityForm(forms.Form):
    """One user, group or role, as the button of a row names it, and what the policy is to it."""

    kind = forms.ChoiceField(choices=IdentityKind.choices)
    name = forms.CharField(strip=False)
    usage = forms.ChoiceField(required=False, choices=list(USAGES.items()))
