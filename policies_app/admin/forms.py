"""The forms of the admin site, and how an operation's error finds its place in one of them."""

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.html import format_html

from policies_app.engine.findings import Finding
from policies_app.models import Document
from policies_app.operations.errors import (
    EntityAlreadyExists,
    MalformedPolicyDocument,
    OperationError,
    PasswordPolicyViolation,
    ValidationError,
)

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
    ModelChoiceField = forms.ModelChoiceField[Any]
else:
    ModelForm, ModelChoiceField = forms.ModelForm, forms.ModelChoiceField

RELATED_LINKS = ("can_add_related", "can_change_related", "can_delete_related", "can_view_related")


def is_key(model: type[Model], text: str) -> bool:
    """Whether a row could have this primary key: a number too great for the column would be a database's error."""
    key: Any = model._meta.pk
    while key.remote_field:
        key = key.target_field
    try:
        key.run_validators(key.to_python(text))
    except forms.ValidationError:
        return False
    return "\0" not in text


class RowField(ModelChoiceField):
    """A row chosen in a select box, or whatever a program sends in its place."""

    def prepare_value(self, value: Any) -> Any:
        """What is no key is not looked up to be shown again."""
        prepared = super().prepare_value(value)
        return prepared if prepared in self.empty_values or self._is_key(prepared) else None

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values and not self._is_key(value):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)

    def _is_key(self, value: Any) -> bool:
        return self.queryset is not None and is_key(self.queryset.model, str(value))


def without_related_links(field: Any) -> Any:
    """No links beside a select box: they would open another row's page in a window of its own."""
    if field is not None:
        for link in RELATED_LINKS:
            if hasattr(field.widget, link):
                setattr(field.widget, link, False)
    return field


class DocumentField(forms.CharField):
    """The JSON text of a policy. What is wrong with it the operation says, with line and column."""

    widget = forms.Textarea(attrs={"rows": 18, "class": "vLargeTextField", "spellcheck": "false"})

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)
        # The operation also finds NUL, and says where.
        self.validators = []

    def to_python(self, value: Any) -> str:
        """Browsers send CRLF; what is stored is what other programs would have sent."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


def as_text(document: Document) -> str:
    """For a page without a form: the text with its lines and indents."""
    return format_html('<pre class="document">{}</pre>', document.text)


def located(finding: Finding) -> str:
    start = finding.span.start
    return f"Line {start.line}, column {start.column + 1}: {finding.message}"


class Refused(Exception):
    """The submission could not be performed. `prefix` tells which of its forms the error belongs to."""

    def __init__(self, error: OperationError, prefix: str | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.prefix = prefix

    def show(self, form: forms.BaseForm) -> None:
        match self.error:
            case ValidationError(violations=violations):
                for place, message in violations.items():
                    form.add_error(_field(form, place), message)
            case MalformedPolicyDocument(findings=findings):
                for finding in findings:
                    form.add_error(_field(form, "policyDocument"), located(finding))
            case EntityAlreadyExists():
                form.add_error(_field(form, "name"), self.error.message)
            case PasswordPolicyViolation():
                form.add_error(_field(form, "password"), self.error.message)
            case _:
                form.add_error(None, self.error.message)


def _field(form: forms.BaseForm, place: str) -> str | None:
    """The field for an IAM parameter: `newUserName` is about `name`, `tags.1.member.key` about `key`."""
    parameter = re.sub(r"(?<!^)(?=[A-Z])", "_", place.rpartition(".")[2]).lower()
    return next((name for name in form.fields if parameter.endswith(name) or name.endswith(parameter)), None)


class OperationForm(ModelForm):
    """Reads what was typed. Whether it can be done, and what is wrong with it, the operations say."""

    refused: ClassVar[Refused | None] = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refused and self.refused.prefix == self.prefix:
            self.refused.show(self)
        return cleaned

    def validate_unique(self) -> None:
        """Left to the operations, as the next one is."""

    def validate_constraints(self) -> None: ...
