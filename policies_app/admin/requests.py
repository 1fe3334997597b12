"""What the pages know of a request, and how they call an operation on a row."""

from typing import Any, cast

from django.db.models import Model
from django.http import HttpRequest

from policies_app.models import Identity, Policy
from policies_app.operations import attachments, inline_policies, tags  # noqa: F401 - they fill OPERATIONS
from policies_app.operations.calls import OPERATIONS, Call

from .forms import Refused


class AdminRequest(HttpRequest):
    """`row_read` once the page's row was, `performing` while a submission is, `refused` when it could not be done."""

    call: Call
    row_read: bool
    performing: bool
    refused: Refused | None


def call_of(request: HttpRequest) -> Call:
    return cast(AdminRequest, request).call


def is_performing(request: HttpRequest) -> bool:
    return getattr(request, "performing", False)


def was_read(request: HttpRequest) -> bool:
    return getattr(request, "row_read", False)


def refused_of(request: HttpRequest) -> Refused | None:
    return getattr(request, "refused", None)


def target(row: Model) -> dict[str, str]:
    """The parameter by which operations name the row."""
    match row:
        case Identity(kind=kind, name=name):
            return {f"{kind}_name": name}
        case Policy(arn=arn):
            return {"policy_arn": arn}
    return {}


def perform(call: Call, operation: str, row: Model, **parameters: Any) -> Any:
    return OPERATIONS[operation].perform(call, **target(row), **parameters)
