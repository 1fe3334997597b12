"""What the console asks about a document before an operation gets it."""

from typing import Any, ClassVar

from django import forms

from console.web.findings import find, fingerprint, security_warnings
from policies_app.engine.findings import FindingType
from policies_app.engine.parser import PolicyKind, parse


class ConfirmingForm(forms.Form):
    """A form with a document: refused with an error in it; with security warnings it is asked about once.

    `unconfirmed` names the warnings that are to be confirmed now, `confirmed` those that were. What cannot even be
    parsed goes to the operation, which refuses it and keeps the record.
    """

    document_kind: ClassVar[PolicyKind] = PolicyKind.IDENTITY
    unconfirmed = confirmed = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        field = next(name for name in self.fields if name.endswith("_document"))
        text = self.cleaned_data.get(field)
        if text is None or parse(text, self.document_kind).errors:
            return cleaned
        findings = find(text, self.document_kind)
        if any(finding.type is FindingType.ERROR for finding in findings):
            self.add_error(field, "The policy has errors; each is listed below the text.")
        elif warned := fingerprint(security_warnings(findings)):
            if self.data.get("confirmed_warnings") == warned:
                self.confirmed = warned
            else:
                self.unconfirmed = warned
                self.add_error(field, "The policy has security warnings. Read them below, then confirm to save it.")
        return cleaned
