from collections.abc import Sequence
from typing import Any, override

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from policies_app.models import Attachment, Identity, IdentityKind, Policy, PolicyTag, PolicyVersion
from policies_app.operations import policies, policy_versions
from policies_app.operations.calls import Call
from policies_app.operations.permissions import any_arn, decide_permission

from .forms import DocumentField, OperationForm, as_text
from .identities import TagInline, become
from .inlines import OperationFormSet, OperationInline
from .requests import call_of, is_performing, perform
from .submissions import OperationAdmin


class PolicyForm(OperationForm):
    policy_document = DocumentField(help_text="Saving another text makes it a new version, and that one the default.")
    # The version that the text was edited from.
    base_version_id = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Policy
        fields = ("name", "path", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "policy_document" in self.fields:
            version = self.instance.versions.select_related("document").get(is_default=True)
            self.initial.update({"policy_document": version.document.text, "base_version_id": version.version_id})


class VersionForm(OperationForm):
    make_default = forms.BooleanField(required=False)

    class Meta:
        model = PolicyVersion
        fields: tuple[str, ...] = ()


class VersionFormSet(OperationFormSet):
    def change(self, form: Any) -> None:
        if form.cleaned_data["make_default"]:
            self.perform("SetDefaultPolicyVersion", version_id=form.instance.version_id)

    def remove(self, row: PolicyVersion) -> None:
        self.perform("DeletePolicyVersion", version_id=row.version_id)


class VersionInline(OperationInline):
    """A version is made by saving another text above."""

    model = PolicyVersion
    form = VersionForm
    formset = VersionFormSet
    verbose_name = "version"
    fields = ("version_id", "is_default", "created", "document_text", "make_default")
    readonly_fields = ("version_id", "is_default", "created", "document_text")
    views = "ListPolicyVersions"
    changes = "SetDefaultPolicyVersion"
    removes = ("DeletePolicyVersion",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ["version_id", "is_default", "created"]
        if self.may(request, "GetPolicyVersion", obj):
            shown.append("document_text")
        if self.has_change_permission(request, obj):
            shown.append("make_default")
        return tuple(shown)

    def lines(self, request: HttpRequest) -> QuerySet[Any]:
        return super().lines(request).select_related("document", "policy").order_by("-number")

    @admin.display(description="document")
    def document_text(self, row: PolicyVersion) -> str:
        return as_text(row.document)


class EntityFormSet(OperationFormSet):
    def add(self, form: Any) -> None:
        self._act("Attach", form.cleaned_data["identity"])

    def remove(self, row: Attachment) -> None:
        self._act("Detach", row.identity)

    def _act(self, verb: str, identity: Identity) -> None:
        label = IdentityKind(identity.kind).label
        perform(self.call, f"{verb}{label}Policy", identity, policy_arn=self.instance.arn)


class EntitiesInline(OperationInline):
    """IAM asks for the permission on the identity; before one is chosen, on all of any kind."""

    model = Attachment
    formset = EntityFormSet
    verbose_name = "attached entity"
    verbose_name_plural = "attached entities"
    fields = ("identity",)
    autocomplete_fields = ("identity",)
    views = "ListEntitiesForPolicy"
    adds = ("AttachUserPolicy", "AttachGroupPolicy", "AttachRolePolicy")
    removes = ("DetachUserPolicy", "DetachGroupPolicy", "DetachRolePolicy")

    def may(self, request: HttpRequest, operation: str, row: Any) -> bool:
        if operation == self.views:
            return super().may(request, operation, row)
        call, kind = call_of(request), operation.removesuffix("Policy")[len("Attach") :].lower()
        return call.may(f"iam:{operation}", any_arn(call, kind)).allowed

    def lines(self, request: HttpRequest) -> QuerySet[Any]:
        mine = super().lines(request).filter(identity__account_id=call_of(request).account_id)
        return mine.select_related("identity", "policy")


class PolicyTagInline(TagInline):
    model = PolicyTag
    verbose_name = "tag"


class ScopeFilter(admin.SimpleListFilter):
    title = "scope"
    parameter_name = "scope"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return (("local", "Customer managed"), ("aws", "AWS managed"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(account__isnull=self.value() == "aws") if self.value() in {"aws", "local"} else queryset


class PolicyAdmin(OperationAdmin):
    form = PolicyForm
    inputs = ("name", "path", "description", "policy_document")
    fixed = ("name", "path", "description")
    always_sent = "policy_document"
    list_display = ("name", "path", "scope", "created", "updated")
    list_filter = (ScopeFilter,)
    ordering = ("name__lower", "pk")
    inlines = (VersionInline, EntitiesInline, PolicyTagInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        return policies.visible(call_of(request)).order_by("name__lower", "pk")

    def record_listing(self, request: HttpRequest) -> None:
        policies.list_policies(call_of(request), max_items=1)

    def record_reading(self, request: HttpRequest, row: Policy) -> None:
        policies.get_policy(call_of(request), policy_arn=row.arn)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """An edit starts from the text in force, so that has to be readable. AWS's own policies nobody changes."""
        if is_performing(request) or obj is None:
            return super().has_change_permission(request, obj)
        return _is_own(obj) and super().has_change_permission(request, obj) and self._may_read_document(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return (is_performing(request) or _is_own(obj)) and super().has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = super().get_fields(request, obj)
        if obj is None:
            return fields
        if not self._may_read_document(request, obj):
            return tuple(name for name in fields if name != "policy_document")
        return (*fields, "base_version_id") if self.has_change_permission(request, obj) else fields

    def _may_read_document(self, request: HttpRequest, row: Any) -> bool:
        return call_of(request).may("iam:GetPolicyVersion", row).allowed

    @override
    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        call, typed = call_of(request), form.cleaned_data
        if not change:
            made = policies.create_policy(
                call,
                policy_name=typed["name"],
                path=typed["path"],
                description=typed["description"],
                policy_document=typed["policy_document"],
            )
            become(obj, made)
        elif "policy_document" in form.changed_data:
            policy_versions.create_policy_version(
                call,
                policy_arn=obj.arn,
                policy_document=typed["policy_document"],
                set_as_default=True,
                base_version_id=typed["base_version_id"],
            )

    def scope(self, row: Policy) -> str:
        return "AWS managed" if row.is_aws_managed else "Customer managed"

    def policy_document(self, row: Policy) -> str:
        return as_text(row.versions.select_related("document").get(is_default=True).document)


class AnyIdentityAdmin(OperationAdmin):
    """Has no pages of its own: the select box of a policy's entities searches it."""

    def get_urls(self) -> list[Any]:
        return []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Identity]:
        call = call_of(request)
        kinds = [kind for kind in IdentityKind.values if _may_list(call, kind)]
        return Identity.objects.filter(account_id=call.account_id, kind__in=kinds).order_by("name__lower", "pk")

    def record_listing(self, request: HttpRequest) -> None:
        """What may be listed is asked for kind by kind."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return any(_may_list(call_of(request), kind) for kind in IdentityKind.values)


def _may_list(call: Call, kind: str) -> bool:
    decision = decide_permission(call, "view", kind)
    return decision is not None and decision.allowed


def _is_own(row: Model | None) -> bool:
    return not (isinstance(row, Policy) and row.is_aws_managed)
