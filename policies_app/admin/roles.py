from typing import Any, override

from django import forms
from django.http import HttpRequest

from policies_app.models import Role
from policies_app.operations import roles

from .forms import DocumentField, OperationForm, as_text
from .identities import (
    AttachmentInline,
    IdentityAdmin,
    IdentityTagInline,
    InlinePolicyInline,
    become,
    boundary_arn,
)
from .requests import call_of


class RoleForm(OperationForm):
    assume_role_policy_document = DocumentField(label="Trust policy")
    base_sha256 = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Role
        fields = ("name", "path", "description", "max_session_duration", "boundary")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            trust = self.instance.trust_document
            self.initial.update({"assume_role_policy_document": trust.text, "base_sha256": trust.sha256})


class RoleAdmin(IdentityAdmin):
    form = RoleForm
    inputs = ("name", "path", "description", "max_session_duration", "boundary", "assume_role_policy_document")
    fixed = ("name", "path")
    always_sent = "max_session_duration"
    list_display = ("name", "path", "description", "unique_id", "created")
    list_select_related = ("trust_document",)
    inlines = (AttachmentInline, InlinePolicyInline, IdentityTagInline)

    def record_listing(self, request: HttpRequest) -> None:
        roles.list_roles(call_of(request), max_items=1)

    def record_reading(self, request: HttpRequest, row: Role) -> None:
        roles.get_role(call_of(request), role_name=row.name)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = super().get_fields(request, obj)
        return (*fields, "base_sha256") if obj and self.has_change_permission(request, obj) else fields

    @override
    def save_model(self, request: HttpRequest, obj: Role, form: Any, change: bool) -> None:
        call, typed, changed = call_of(request), form.cleaned_data, set(form.changed_data)
        if not change:
            made = roles.create_role(
                call,
                role_name=typed["name"],
                path=typed["path"],
                description=typed["description"],
                max_session_duration=typed["max_session_duration"],
                assume_role_policy_document=typed["assume_role_policy_document"],
                permissions_boundary=boundary_arn(form),
            )
            become(obj, made)
            return
        if {"description", "max_session_duration"} & changed:
            roles.update_role(
                call,
                role_name=obj.name,
                description=typed["description"],
                max_session_duration=typed["max_session_duration"],
            )
        if "assume_role_policy_document" in changed:
            roles.update_assume_role_policy(
                call,
                role_name=obj.name,
                policy_document=typed["assume_role_policy_document"],
                base_sha256=typed["base_sha256"],
            )
        self.put_boundary(call, obj, form)

    def assume_role_policy_document(self, row: Role) -> str:
        return as_text(row.trust_document)
