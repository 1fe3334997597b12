"""Everything is done by operations: what each page of the admin site has in common.

While a submission is under way, Django's own permission checks let everything through: the operations decide, and
what they refuse is on record. All of a submission is done, or nothing. When it cannot be done, the page is shown
again with what was typed and why not, this time as the policies let the person see it.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, cast, override

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode

from policies_app.engine.evaluator import Decision
from policies_app.models import Identity, Policy
from policies_app.operations import events
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.operations.permissions import decide_permission

from .forms import OperationForm, Refused, RowField, is_key, without_related_links
from .requests import AdminRequest, call_of, is_performing, perform, refused_of, was_read

if TYPE_CHECKING:
    from django.contrib.admin.options import InlineModelAdmin

    from .inlines import OperationInline

    ModelAdmin = admin.ModelAdmin[Any]
    AnyPaginator = Paginator[Any]
else:
    ModelAdmin, AnyPaginator = admin.ModelAdmin, Paginator

COUNTED = 2000


class BoundedPaginator(AnyPaginator):
    """Counts no more than `COUNTED` rows: no page counts a whole table. What lies beyond is found by searching."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]  # Django's admin gives nothing else
        return rows.order_by()[:COUNTED].count()


class Incomplete(Exception):
    """The forms of a submission themselves say what is wrong with it."""


class OperationAdmin(ModelAdmin):
    """A model whose rows are listed, shown and changed by operations."""

    form = OperationForm
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    search_fields: ClassVar[tuple[str, ...]] = ("name",)
    # What a form asks for, what only a new row asks for, and what is shown beside them.
    inputs: ClassVar[tuple[str, ...]] = ()
    fixed: ClassVar[tuple[str, ...]] = ()
    facts: ClassVar[tuple[str, ...]] = ("arn", "unique_id", "created")
    # The input that every submission holds whose page let the person change it.
    always_sent: ClassVar[str] = "name"

    # --- Reading

    def record_listing(self, request: HttpRequest) -> None:
        """The operation that lists the rows: it refuses, and it is on record."""
        raise NotImplementedError

    def record_reading(self, request: HttpRequest, row: Any) -> None:
        raise NotImplementedError

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, if the person may read it. To who may not even list, one that is there is as one that is absent."""
        # An empty field, which Django would look for, is no field.
        row = super().get_object(request, object_id, from_field or None) if is_key(self.model, object_id) else None
        if row is None or not self.may(request, "view", row):
            self.record_listing(request)
        if row is not None and not was_read(request):
            self.record_reading(request, row)
            cast(AdminRequest, request).row_read = True
        return row

    def decide(self, request: HttpRequest, verb: str, row: Model | None = None) -> Decision | None:
        return decide_permission(call_of(request), verb, self.opts.model_name or "", row)

    def may(self, request: HttpRequest, verb: str, row: Model | None = None) -> bool:
        decision = self.decide(request, verb, row)
        return decision is not None and decision.allowed

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "view")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_performing(request) or self.may(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_performing(request) or self.may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_performing(request) or self.may(request, "delete", obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the page's own filters: a free lookup could guess at a password hash, character by character."""
        return lookup in {getattr(given, "parameter_name", None) for given in self.get_list_filter(request)}

    # --- Forms

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return (*self.inputs, *(self.facts if obj else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        if obj and not self._lets_change(request, obj):
            return (*self.form.declared_fields, *self.inputs, *self.facts)
        return (*self.facts, *(self.fixed if obj else ()))

    def _lets_change(self, request: HttpRequest, row: Model) -> bool:
        """Whether the page has inputs for the row itself, or had them when it was sent, and not only for its lines."""
        return self.always_sent in request.POST if is_performing(request) else self.has_change_permission(request, row)

    @override
    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[ModelForm[Any]]":
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"refused": refused_of(request)})

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        rows = self.admin_site.get_model_admin(db_field.related_model).get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, form_class=RowField, queryset=rows, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: "InlineModelAdmin[Any, Any]", prefix: str
    ) -> dict[str, Any]:
        lines = cast("OperationInline", inline).rows(request, obj)
        return {**super().get_formset_kwargs(request, obj, inline, prefix), "queryset": lines}

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        """A page holds only the lines that the person may see: those that were not on it are not missed."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            if not is_performing(request) or f"{formset.get_default_prefix()}-TOTAL_FORMS" in request.POST:
                yield formset, inline

    @override
    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.call = call_of(request)
        formset.save()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        def show() -> HttpResponse:
            return super(OperationAdmin, self).changeform_view(request, object_id, form_url, extra_context)

        if request.method == "POST":
            done = self._perform(request, show)
            if isinstance(done, HttpResponse):
                return done
            if done and object_id and not was_read(request):
                raise done.error
            cast(AdminRequest, request).refused = done
        try:
            with events.unit_of_work() if request.method == "POST" else nullcontext():
                return show()
        except PermissionDenied:
            raise self._denied(request, "change" if object_id else "add", object_id) from None

    @override
    def render_change_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if is_performing(request):
            raise Incomplete
        return super().render_change_form(request, *args, **kwargs)

    def _perform(self, request: HttpRequest, submit: Callable[[], HttpResponse]) -> HttpResponse | Refused | None:
        """The answer to a submission that was done; else why it could not be, or None where its forms say that."""
        asked = cast(AdminRequest, request)
        asked.performing = True
        try:
            with events.unit_of_work():
                return submit()
        except Incomplete:
            return None
        except Refused as refused:
            return refused
        except OperationError as error:
            return Refused(error)
        finally:
            asked.performing = False

    def _denied(self, request: HttpRequest, verb: str, object_id: str | None) -> Exception:
        """Why Django's check said no, in the engine's words."""
        if (refused := refused_of(request)) and isinstance(refused.error, AccessDenied):
            return refused.error
        known = object_id is not None and is_key(self.model, object_id)
        row = self.get_queryset(request).filter(pk=object_id).first() if known else None
        decision = self.decide(request, verb, row)
        return PermissionDenied() if decision is None or decision.allowed else AccessDenied(decision)

    # --- Deleting

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Only the rows themselves: what still hangs on one makes its operation refuse, and is never swept along."""
        rows = list(objs)
        lacking = {str(self.opts.verbose_name) for row in rows if not self.has_delete_permission(request, row)}
        return [str(row) for row in rows], {str(self.opts.verbose_name_plural): len(rows)}, lacking, []

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        perform(call_of(request), f"Delete{self.opts.model_name.title()}", obj)  # type: ignore[union-attr]  # never None

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        def show() -> HttpResponse:
            return super(OperationAdmin, self).delete_view(request, object_id, extra_context)

        if request.POST:
            done = self._perform(request, show)
            if isinstance(done, HttpResponse):
                return done
            if done and isinstance(done.error, AccessDenied):
                raise done.error
            if done:
                return self._tell(request, done)
        try:
            return show()
        except PermissionDenied:
            raise self._denied(request, "delete", object_id) from None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.record_listing(request)
        if not all(is_key(self.model, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("What was ticked is not a row.")

        def show() -> HttpResponse:
            return super(OperationAdmin, self).changelist_view(request, extra_context)

        # "post": the deletion of what was ticked has been confirmed.
        if "post" in request.POST:
            done = self._perform(request, show)
            if isinstance(done, HttpResponseRedirect):
                return done
            if isinstance(done, Refused):
                if isinstance(done.error, AccessDenied) and not self.has_delete_permission(request):
                    raise done.error
                return self._tell(request, done)
        return show()

    def _tell(self, request: HttpRequest, refused: Refused) -> HttpResponse:
        self.message_user(request, f"Nothing was deleted. {refused.error.message}", messages.ERROR)
        return redirect(request.get_full_path())

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        """A form has its own delete button."""
        return super().get_actions(request, action_location) if action_location == ActionLocation.CHANGE_LIST else {}

    # --- Records: our events are the history

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        query = urlencode({"resource": row.arn}) if isinstance(row, (Identity, Policy)) else ""
        return redirect(f"{reverse('events:list')}?{query}")

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any: ...

    @admin.display(description="ARN")
    def arn(self, row: Identity | Policy) -> str:
        return row.arn
