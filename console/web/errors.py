"""The one place where an operation's error becomes a message on a page."""

from http import HTTPStatus

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render

from console.web.acting import permissions_url
from console.web.requests import ConsoleRequest
from policies_app.operations.errors import (
    AccessDenied,
    ConcurrentModification,
    DeleteConflict,
    EntityAlreadyExists,
    InvalidInput,
    LimitExceeded,
    MalformedPolicyDocument,
    NoSuchEntity,
    OperationError,
    PasswordPolicyViolation,
    ThrottlingError,
    UnmodifiableEntity,
    ValidationError,
)
from policies_app.operations.trusted_ids import UNKNOWN_PRINCIPAL

STATUS = {
    AccessDenied: HTTPStatus.FORBIDDEN,
    NoSuchEntity: HTTPStatus.NOT_FOUND,
    InvalidInput: HTTPStatus.BAD_REQUEST,
    ValidationError: HTTPStatus.BAD_REQUEST,
    MalformedPolicyDocument: HTTPStatus.BAD_REQUEST,
    PasswordPolicyViolation: HTTPStatus.BAD_REQUEST,
    UnmodifiableEntity: HTTPStatus.BAD_REQUEST,
    EntityAlreadyExists: HTTPStatus.CONFLICT,
    DeleteConflict: HTTPStatus.CONFLICT,
    LimitExceeded: HTTPStatus.CONFLICT,
    ConcurrentModification: HTTPStatus.CONFLICT,
    ThrottlingError: HTTPStatus.TOO_MANY_REQUESTS,
}


def answer(request: ConsoleRequest, error: Exception) -> HttpResponse | None:
    """The page for an operation error that no form or panel took; any other exception is not ours."""
    match error:
        case AccessDenied(decision=decision):
            context = {"decision": decision, "permissions_url": permissions_url(request)}
            return render(request, "403.html", context, status=HTTPStatus.FORBIDDEN)
        case NoSuchEntity():
            return render(request, "404.html", {"message": error.message}, status=HTTPStatus.NOT_FOUND)
        case OperationError():
            status = STATUS.get(type(error), HTTPStatus.BAD_REQUEST)
            return render(request, "400.html", {"message": error.message}, status=status)
    return None


def add_to_form(form: BaseForm, error: OperationError) -> None:
    """Beside the field that the error is about where it says so, else above the form. Nothing typed is lost.

    A field is found by its IAM parameter: `userName` belongs to the form's field `user_name`.
    """
    match error:
        case ValidationError(violations=violations):
            for place, message in violations.items():
                field = _field_name(place)
                form.add_error(field if field in form.fields else None, message)
        case MalformedPolicyDocument() if document := next((name for name in form.fields if "document" in name), None):
            # The editor's next check does not know whom a trust policy names, so that is told here as well.
            named = error.findings[0].code == UNKNOWN_PRINCIPAL
            form.add_error(
                document, error.message if named else "The policy has errors; each is listed below the text."
            )
        case EntityAlreadyExists() if name := next((name for name in form.fields if name.endswith("_name")), None):
            form.add_error(name, error.message)
        case _:
            form.add_error(None, error.message)


def _field_name(place: str) -> str:
    first = place.partition(".")[0]
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in first)
