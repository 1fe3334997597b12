"""The frame of the admin site. Signing in, signing out and passwords are the console's own pages."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from policies_app import models
from policies_app.models import Identity, Policy, User

from .groups import GroupAdmin
from .policies import AnyIdentityAdmin, PolicyAdmin
from .records import AccountAdmin, DocumentAdmin, EventAdmin, InstanceProfileAdmin, PasswordPolicyAdmin
from .roles import RoleAdmin
from .submissions import OperationAdmin
from .users import UserAdmin

PAGES: dict[type[Model], type[OperationAdmin]] = {
    models.User: UserAdmin,
    models.Group: GroupAdmin,
    models.Role: RoleAdmin,
    models.Identity: AnyIdentityAdmin,
    models.Policy: PolicyAdmin,
    models.Document: DocumentAdmin,
    models.Account: AccountAdmin,
    models.PasswordPolicy: PasswordPolicyAdmin,
    models.InstanceProfile: InstanceProfileAdmin,
    models.Event: EventAdmin,
}


class GrantbookAdminSite(admin.AdminSite):
    site_header = "Grantbook admin"
    site_title = "Grantbook admin"
    index_title = "Identity and access"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        for model, pages in PAGES.items():
            self.register(model, pages)

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: Any = None,
        **options: Any,
    ) -> None:
        """Nothing but pages that write through operations; so Django's own groups, which decide nothing, have none."""
        if admin_class is not None and issubclass(admin_class, OperationAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        """Without Django's way from any row of any table, by its number, to a page of its own: no row has one."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"]

    def has_permission(self, request: HttpRequest) -> bool:
        """Everybody who is signed in may come in; what they see and do, their policies say."""
        return isinstance(request.user, User)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        asked_for = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(asked_for, reverse("session:sign_in"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("session:sign_out", preserve_request=True)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("me:password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("me:password")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return ChoicesView.as_view(admin_site=self)(request)


class ChoicesView(AutocompleteJsonView):
    """What the select boxes offer. Names alone would be ambiguous, so each is told by its ARN."""

    def process_request(self, request: HttpRequest) -> tuple[Any, ...]:
        term, pages, field, *rest = super().process_request(request)
        if not isinstance(field, ForeignKey):
            raise PermissionDenied
        return (term.replace("\0", ""), pages, field, *rest)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.process_request(request)[1].record_listing(request)
        return super().get(request, *args, **kwargs)

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        return {**result, "text": obj.arn} if isinstance(obj, (Identity, Policy)) else result
