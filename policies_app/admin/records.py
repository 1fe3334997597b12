"""What nobody changes here: what programs do by IAM's API, documents, and events, which nobody changes anywhere."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from policies_app.models import (
    Account,
    Document,
    Event,
    InlinePolicy,
    InstanceProfile,
    PasswordPolicy,
    PolicyVersion,
    Role,
)
from policies_app.operations import event_log, instance_profiles, password_policy, policies, summary
from policies_app.operations.errors import AccessDenied, NoSuchEntity

from .forms import as_text
from .requests import call_of
from .submissions import OperationAdmin


class RecordAdmin(OperationAdmin):
    actions = None
    facts = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def record_reading(self, request: HttpRequest, row: Any) -> None:
        self.record_listing(request)


class AccountAdmin(RecordAdmin):
    """The caller's own account."""

    inputs = ("id", "alias", "created")
    list_display = ("id", "alias", "created")
    search_fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        return Account.objects.filter(pk=call_of(request).account_id)

    def record_listing(self, request: HttpRequest) -> None:
        summary.get_account_summary(call_of(request))


class PasswordPolicyAdmin(RecordAdmin):
    inputs = (
        "minimum_length",
        "require_symbols",
        "require_numbers",
        "require_uppercase",
        "require_lowercase",
        "allow_users_to_change",
        "max_age",
        "reuse_prevention",
        "hard_expiry",
    )
    list_display = ("__str__", "minimum_length", "max_age")
    search_fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[PasswordPolicy]:
        return PasswordPolicy.objects.filter(account_id=call_of(request).account_id)

    def record_listing(self, request: HttpRequest) -> None:
        with suppress(NoSuchEntity):
            password_policy.get_account_password_policy(call_of(request))


class InstanceProfileAdmin(RecordAdmin):
    inputs = ("name", "path", "role", "arn", "unique_id", "created")
    list_display = ("name", "path", "role", "unique_id", "created")
    list_select_related = ("role",)
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InstanceProfile]:
        return InstanceProfile.objects.filter(account_id=call_of(request).account_id)

    def record_listing(self, request: HttpRequest) -> None:
        instance_profiles.list_instance_profiles(call_of(request), max_items=1)

    def record_reading(self, request: HttpRequest, row: InstanceProfile) -> None:
        instance_profiles.get_instance_profile(call_of(request), instance_profile_name=row.name)


class DocumentAdmin(RecordAdmin):
    """The documents that the account's policies or AWS's hold, or ever held in a version that is still there."""

    inputs = ("sha256", "document_text")
    list_display = ("sha256",)
    search_fields = ("sha256__startswith",)
    ordering = ("sha256",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        call = call_of(request)
        versions = PolicyVersion.objects.filter(policy__in=policies.visible(call))
        inline = InlinePolicy.objects.filter(identity__account_id=call.account_id)
        trust = Role.objects.filter(account_id=call.account_id)
        held = Q(pk__in=versions.values("document_id")) | Q(pk__in=inline.values("document_id"))
        return Document.objects.filter(held | Q(pk__in=trust.values("trust_document_id"))).order_by("sha256")

    @admin.display(description="text")
    def document_text(self, row: Document) -> str:
        return as_text(row)

    def record_listing(self, request: HttpRequest) -> None:
        decision = self.decide(request, "view")
        if decision is not None and not decision.allowed:
            raise AccessDenied(decision)


class OutcomeFilter(admin.SimpleListFilter):
    title = "outcome"
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Event.Outcome.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(outcome=self.value()) if self.value() in Event.Outcome.values else queryset


class EventAdmin(RecordAdmin):
    inputs = (
        "sequence",
        "time",
        "principal",
        "operation",
        "resource",
        "outcome",
        "error",
        "message",
        "parameters",
        "source_ip",
        "user_agent",
        "request_id",
        "is_read",
        "subjects",
        "previous_hash",
        "hash",
    )
    list_display = ("time", "operation", "outcome", "error", "resource", "principal")
    list_filter = (OutcomeFilter,)
    # Exact, since each is an index of its own; parts of them would be a walk through all events.
    search_fields = ("principal__exact", "operation__exact", "resource__exact")
    search_help_text = "The whole ARN of a principal or resource, or the name of an operation."
    ordering = ("-sequence",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return Event.objects.filter(account_id=call_of(request).account_id).order_by("-sequence")

    def record_listing(self, request: HttpRequest) -> None:
        event_log.lookup_events(call_of(request), max_items=1)
