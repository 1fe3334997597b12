"""What the pages of users, groups and roles have in common: policies, boundary, tags."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from policies_app.models import Attachment, Identity, IdentityTag, InlinePolicy, Policy
from policies_app.operations.calls import Call
from policies_app.operations.identities import in_account

from .forms import DocumentField, OperationForm, as_text
from .inlines import OperationFormSet, OperationInline
from .requests import call_of, perform
from .submissions import OperationAdmin


class IdentityAdmin(OperationAdmin):
    list_display: tuple[str, ...] = ("name", "path", "unique_id", "created")
    ordering = ("name__lower", "pk")
    autocomplete_fields = ("boundary",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return in_account(call_of(request), self.model).order_by("name__lower", "pk")

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return tuple(name for name in self.autocomplete_fields if name in self.inputs)

    def put_boundary(self, call: Call, row: Identity, form: Any) -> None:
        if "boundary" not in form.changed_data:
            return
        label = self.model.__name__
        if boundary := form.cleaned_data["boundary"]:
            perform(call, f"Put{label}PermissionsBoundary", row, permissions_boundary=boundary.arn)
        else:
            perform(call, f"Delete{label}PermissionsBoundary", row)


def boundary_arn(form: Any) -> str | None:
    boundary: Policy | None = form.cleaned_data.get("boundary")
    return boundary.arn if boundary else None


def become(row: Any, made: Any) -> None:
    """Django goes on with the form's own object: it takes the place of the row that the operation made."""
    row.__dict__.update(made.__dict__)


class AttachmentFormSet(OperationFormSet):
    def add(self, form: Any) -> None:
        self.perform("Attach{}Policy", policy_arn=form.cleaned_data["policy"].arn)

    def remove(self, row: Attachment) -> None:
        self.perform("Detach{}Policy", policy_arn=row.policy.arn)


class AttachmentInline(OperationInline):
    model = Attachment
    formset = AttachmentFormSet
    verbose_name = "attached policy"
    verbose_name_plural = "attached policies"
    fields = ("policy",)
    autocomplete_fields = ("policy",)
    views = "ListAttached{}Policies"
    adds = ("Attach{}Policy",)
    removes = ("Detach{}Policy",)

    def lines(self, request: HttpRequest) -> QuerySet[Any]:
        return super().lines(request).select_related("policy")


class InlinePolicyForm(OperationForm):
    policy_document = DocumentField()
    # The document that the text was edited from; none for a new policy.
    base_sha256 = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = InlinePolicy
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(
                {"policy_document": self.instance.document.text, "base_sha256": self.instance.document_id}
            )


class InlinePolicyFormSet(OperationFormSet):
    def add(self, form: Any) -> None:
        self._put(form, base_sha256="")

    def change(self, form: Any) -> None:
        if "name" in form.changed_data:
            self._put(form, base_sha256="")
            self.perform("Delete{}Policy", policy_name=form.initial["name"])
        else:
            self._put(form, base_sha256=form.cleaned_data["base_sha256"])

    def remove(self, row: InlinePolicy) -> None:
        self.perform("Delete{}Policy", policy_name=row.name)

    def _put(self, form: Any, *, base_sha256: str) -> None:
        self.perform(
            "Put{}Policy",
            policy_name=form.cleaned_data["name"],
            policy_document=form.cleaned_data["policy_document"],
            base_sha256=base_sha256,
        )


class InlinePolicyInline(OperationInline):
    """The lines hold documents, so `Get{}Policy` is what shows them; the list of names is what is recorded."""

    model = InlinePolicy
    form = InlinePolicyForm
    formset = InlinePolicyFormSet
    template = "admin/edit_inline/stacked.html"
    fields = ("name", "policy_document", "base_sha256")
    views = "List{}Policies"
    adds = ("Put{}Policy",)
    changes = "Put{}Policy"
    removes = ("Delete{}Policy",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self.may(request, "Get{}Policy", obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("name", "policy_document")
        return (*shown, "base_sha256") if self.has_change_permission(request, obj) else shown

    def lines(self, request: HttpRequest) -> QuerySet[Any]:
        return super().lines(request).select_related("document").order_by("name")

    def policy_document(self, row: InlinePolicy) -> str:
        return as_text(row.document)


class TagFormSet(OperationFormSet):
    def add(self, form: Any) -> None:
        tag = {"Key": form.cleaned_data["key"], "Value": form.cleaned_data["value"]}
        self.perform("Tag{}", tags=[tag])

    def change(self, form: Any) -> None:
        if "key" in form.changed_data:
            self.perform("Untag{}", tag_keys=[form.initial["key"]])
        self.add(form)

    def remove(self, row: Any) -> None:
        self.perform("Untag{}", tag_keys=[row.key])


class TagInline(OperationInline):
    formset = TagFormSet
    fields = ("key", "value")
    views = "List{}Tags"
    adds = ("Tag{}",)
    changes = "Tag{}"
    removes = ("Untag{}",)


class IdentityTagInline(TagInline):
    model = IdentityTag
    verbose_name = "tag"
