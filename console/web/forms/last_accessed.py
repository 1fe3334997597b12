from django import forms


class ReportFilters(forms.Form):
    """`report` is the sealed name of the report; `marker` the service that the page before ended with."""

    report = forms.CharField(required=False)
    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("", "All services"),
            ("used", "Used"),
            ("unused", "Not used, as far as is recorded"),
            ("untracked", "Not recorded here"),
        ],
    )
    q = forms.CharField(label="Search", required=False, max_length=128)
    marker = forms.CharField(required=False, max_length=128)
