"""What hangs on an identity or a policy: each line of a form that is added, changed or ticked off is one operation."""

from typing import TYPE_CHECKING, Any, ClassVar, override

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.http import HttpRequest

from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, OperationError
from policies_app.operations.permissions import any_arn

from .forms import OperationForm, Refused, RowField, without_related_links
from .requests import call_of, is_performing, perform, refused_of

if TYPE_CHECKING:
    InlineModelAdmin = admin.options.InlineModelAdmin[Any, Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    InlineModelAdmin, InlineFormSet = admin.options.InlineModelAdmin, BaseInlineFormSet


LINES_OF_NEW = 60
"""The most lines of one kind that a row can be made with: IAM takes 50 tags and 10 of everything else at most."""


class OperationFormSet(InlineFormSet):
    """Where Django would save and delete rows, the operations are called that stand for it."""

    call: Call

    @override
    def save_new(self, form: Any, commit: bool = True) -> Any:
        self._at(form, self.add)
        return form.instance

    @override
    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        self._at(form, self.change)
        return obj

    @override
    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        self.remove(obj)

    def _at(self, form: Any, act: Any) -> None:
        try:
            act(form)
        except AccessDenied:
            # The line is gone when the page is shown again without what is not allowed: the page's head will tell.
            raise
        except OperationError as error:
            raise Refused(error, form.prefix) from error

    def perform(self, operation: str, **parameters: Any) -> None:
        """The operation on the row that the page is about: `Tag{}` is `TagUser` on a user's page."""
        label = type(self.instance).__name__
        perform(self.call, operation.format(label), self.instance, **parameters)

    def add(self, form: Any) -> None:
        raise NotImplementedError

    def change(self, form: Any) -> None:
        raise NotImplementedError

    def remove(self, row: Any) -> None:
        raise NotImplementedError


class OperationInline(InlineModelAdmin):
    """`views`, `adds`, `changes` and `removes` name the operations; `{}` is the model of the page's row."""

    formset = OperationFormSet
    form = OperationForm
    template = "admin/edit_inline/tabular.html"
    extra = 0
    views: ClassVar[str]
    adds: ClassVar[tuple[str, ...]] = ()
    changes: ClassVar[str] = ""
    removes: ClassVar[tuple[str, ...]] = ()

    def rows(self, request: HttpRequest, row: Any) -> QuerySet[Any]:
        """The lines to show. Reading them is an operation, and on record."""
        if row.pk is None or not self.has_view_permission(request, row):
            return self.lines(request).none()
        self.record_reading(request, row)
        return self.lines(request)

    def lines(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.order_by("pk")
        return rows

    def record_reading(self, request: HttpRequest, row: Any) -> None:
        perform(call_of(request), self.name_of(self.views), row)

    def name_of(self, operation: str) -> str:
        return operation.format(self.parent_model.__name__)

    def may(self, request: HttpRequest, operation: str, row: Any) -> bool:
        """Whether the operation would be allowed, on a row that is still to be made: whatever its name will be."""
        call = call_of(request)
        resource = row if row is not None and row.pk else any_arn(call, self.parent_model.__name__.lower())
        return call.may(f"iam:{self.name_of(operation)}", resource).allowed

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, self.views, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.adds) and (is_performing(request) or any(self.may(request, name, obj) for name in self.adds))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.changes) and (is_performing(request) or self.may(request, self.changes, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not self.removes:
            return False
        return is_performing(request) or any(self.may(request, name, obj) for name in self.removes)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form: type[ModelForm[Any]] = type("LineForm", (self.form,), {"refused": refused_of(request)})
        # A submission says how many lines it has, and each costs time before anything is asked for.
        most = {"max_num": LINES_OF_NEW, "absolute_max": LINES_OF_NEW} if obj is None else {}
        return super().get_formset(request, obj, form=form, **most, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        rows = self.admin_site.get_model_admin(db_field.related_model).get_queryset(request)
        return super().formfield_for_foreignkey(db_field, request, form_class=RowField, queryset=rows, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))
