"""What the console asks about a document before an operation gets it."""

from typing import Any, ClassVar

from django import forms

from console.web.findings import asked_about, certain_errors, find, fingerprint, to_confirm
from policies_app.engine.catalog.services import sources
from policies_app.engine.findings import FindingType
from policies_app.engine.parser import Layer, parse


class ConfirmingForm(forms.Form):
    """A form with a document: refused with an error in it; with security warnings it is asked about once.

    So it is with actions, keys and the like that the catalog does not know: AWS may have announced them since, and IAM
    stores them. `unconfirmed` names the findings that are to be confirmed now, `confirmed` those that were, and
    `confirmation` is what is then said. What cannot even be parsed goes to the operation, which refuses it and keeps
    the record.
    """

    document_kind: ClassVar[Layer] = Layer.IDENTITY
    of_managed: ClassVar[bool] = False
    unconfirmed = confirmed = confirmation = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        field = next(name for name in self.fields if name.endswith("_document"))
        text = self.cleaned_data.get(field)
        if text is None or parse(text, self.document_kind, managed=self.of_managed).errors:
            return cleaned
        findings = find(text, self.document_kind, managed=self.of_managed)
        asked = to_confirm(findings)
        if certain_errors(findings):
            self.add_error(field, "The policy has errors; each is listed below the text.")
        elif self.data.get("confirmed_warnings") == fingerprint(asked):
            self.confirmed = fingerprint(asked)
        elif asked:
            self.unconfirmed = fingerprint(asked)
            self.confirmation = f"I have read the {asked_about(asked)}, and save it all the same."
            self.add_error(field, f"The policy has {asked_about(asked)}. Read them below, then confirm to save it.")
            if any(finding.type is FindingType.ERROR for finding in asked):
                known = sources()[0].as_of
                said = f"What is unknown here may be newer than the catalog of AWS's services, which is of {known}."
                self.add_error(field, said)
        return cleaned
