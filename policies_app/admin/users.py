from typing import Any, override

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from policies_app.models import Membership, User
from policies_app.operations import credentials, groups, users
from policies_app.operations.calls import Call
from policies_app.operations.permissions import any_arn

from .forms import OperationForm
from .identities import (
    AttachmentInline,
    IdentityAdmin,
    IdentityTagInline,
    InlinePolicyInline,
    become,
    boundary_arn,
)
from .inlines import OperationFormSet, OperationInline
from .requests import call_of


class UserForm(OperationForm):
    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave it empty to keep things as they are.",
    )
    must_change = forms.BooleanField(required=False, label="Must choose another at the next sign-in")
    remove_password = forms.BooleanField(required=False, help_text="The user can no longer sign in to the console.")

    class Meta:
        model = User
        fields = ("name", "path", "boundary")


class MembershipFormSet(OperationFormSet):
    """On a user's page as on a group's."""

    def add(self, form: Any) -> None:
        membership = form.instance
        groups.add_user_to_group(self.call, group_name=membership.group.name, user_name=membership.user.name)

    def remove(self, row: Membership) -> None:
        groups.remove_user_from_group(self.call, group_name=row.group.name, user_name=row.user.name)


class GroupsOfUserInline(OperationInline):
    """IAM asks for the permission on the group."""

    model = Membership
    formset = MembershipFormSet
    verbose_name = "group"
    verbose_name_plural = "groups"
    fields = ("group",)
    autocomplete_fields = ("group",)
    views = "ListGroupsForUser"
    adds = ("AddUserToGroup",)
    removes = ("RemoveUserFromGroup",)

    def may(self, request: HttpRequest, operation: str, row: Any) -> bool:
        if operation == self.views:
            return super().may(request, operation, row)
        call = call_of(request)
        return call.may(f"iam:{operation}", any_arn(call, "group")).allowed

    def lines(self, request: HttpRequest) -> QuerySet[Any]:
        return super().lines(request).select_related("group", "user")


class UserAdmin(IdentityAdmin):
    form = UserForm
    inputs = ("name", "path", "boundary", "new_password", "must_change", "remove_password")
    facts = (*IdentityAdmin.facts, "last_login", "password_changed")
    list_display = (*IdentityAdmin.list_display, "last_login")
    inlines = (GroupsOfUserInline, AttachmentInline, InlinePolicyInline, IdentityTagInline)

    def record_listing(self, request: HttpRequest) -> None:
        users.list_users(call_of(request), max_items=1)

    def record_reading(self, request: HttpRequest, row: User) -> None:
        users.get_user(call_of(request), user_name=row.name)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Passwords are never shown, so a page without a form has no place for them."""
        if self.has_change_permission(request, obj) if obj else True:
            return super().get_fields(request, obj)
        return ("name", "path", "boundary", *self.facts)

    @override
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        call, typed = call_of(request), form.cleaned_data
        if not change:
            made = users.create_user(
                call, user_name=typed["name"], path=typed["path"], permissions_boundary=boundary_arn(form)
            )
            become(obj, made)
        else:
            if {"name", "path"} & set(form.changed_data):
                users.update_user(
                    call, user_name=form.initial["name"], new_user_name=typed["name"], new_path=typed["path"]
                )
            self.put_boundary(call, obj, form)
        if typed.get("remove_password"):
            credentials.delete_login_profile(call, user_name=obj.name)
        if password := typed.get("new_password"):
            _set_password(call, obj, password, must_change=typed["must_change"])


def _set_password(call: Call, user: User, password: str, *, must_change: bool) -> None:
    set_password = credentials.update_login_profile if user.has_console_password else credentials.create_login_profile
    set_password(call, user_name=user.name, password=password, password_reset_required=must_change)
