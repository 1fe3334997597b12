from typing import Any, override

from django.db.models import QuerySet
from django.http import HttpRequest

from policies_app.models import Group, Membership
from policies_app.operations import groups

from .identities import AttachmentInline, IdentityAdmin, InlinePolicyInline, become
from .inlines import OperationInline
from .requests import call_of
from .users import MembershipFormSet


class MembersInline(OperationInline):
    model = Membership
    formset = MembershipFormSet
    verbose_name = "member"
    fields = ("user",)
    autocomplete_fields = ("user",)
    views = "GetGroup"
    adds = ("AddUserToGroup",)
    removes = ("RemoveUserFromGroup",)

    def record_reading(self, request: HttpRequest, row: Group) -> None:
        """`GetGroup`, by which the page itself was read, also gives the members."""

    def lines(self, request: HttpRequest) -> QuerySet[Any]:
        return super().lines(request).select_related("group", "user")


class GroupAdmin(IdentityAdmin):
    inputs = ("name", "path")
    inlines = (MembersInline, AttachmentInline, InlinePolicyInline)

    def record_listing(self, request: HttpRequest) -> None:
        groups.list_groups(call_of(request), max_items=1)

    def record_reading(self, request: HttpRequest, row: Group) -> None:
        groups.get_group(call_of(request), group_name=row.name, max_items=1)

    @override
    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        call, typed = call_of(request), form.cleaned_data
        if not change:
            become(obj, groups.create_group(call, group_name=typed["name"], path=typed["path"]))
        elif form.changed_data:
            groups.update_group(
                call, group_name=form.initial["name"], new_group_name=typed["name"], new_path=typed["path"]
            )
