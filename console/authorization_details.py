"""`GetAccountAuthorizationDetails` as a file: the JSON that `aws iam get-account-authorization-details` prints.

Of the console's sign-in and of the wire's names, so it stands beside both.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.api.actions.authorization_details import output
from console.web.forms.account import DetailsForm
from console.web.requests import ConsoleRequest
from policies_app.operations.authorization_details import AuthorizationDetails, get_account_authorization_details
from policies_app.operations.errors import InvalidInput

READ_AT_ONCE: Final = 500
LISTS: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
DOCUMENTS: Final = frozenset({"PolicyDocument", "AssumeRolePolicyDocument", "Document"})


@require_safe
def download(request: ConsoleRequest) -> StreamingHttpResponse:
    """Each page of it is asked for and recorded; a refusal of the first one is a page that says so."""
    form = DetailsForm(request.GET)
    if not form.is_valid():
        raise InvalidInput("There is no such part of the account.")
    asked = {"filter": form.cleaned_data["filter"], "max_items": READ_AT_ONCE}
    first = get_account_authorization_details(request.call, **asked)
    name = f"authorization-details-{request.call.account_id}-{timezone.now():%Y%m%dT%H%M%SZ}.json"
    return StreamingHttpResponse(
        _written(_pages(request, asked, first)),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _pages(
    request: ConsoleRequest, asked: dict[str, Any], page: AuthorizationDetails
) -> Iterator[AuthorizationDetails]:
    yield page
    while page.next:
        page = get_account_authorization_details(request.call, **asked, marker=page.next)
        yield page


def _written(pages: Iterator[AuthorizationDetails]) -> Iterator[str]:
    """One item a line. The lists come one after the other, in the order of `LISTS`."""
    place, separator = 0, "\n"
    yield f'{{\n"{LISTS[0]}": ['
    for page in pages:
        told = output(page)
        for number, name in enumerate(LISTS):
            for item in told[name]:
                while place < number:
                    place, separator = place + 1, "\n"
                    yield f'\n],\n"{LISTS[place]}": ['
                yield f"{separator}{json.dumps(_plain(item), default=_told)}"
                separator = ",\n"
    for name in LISTS[place + 1 :]:
        yield f'\n],\n"{name}": ['
    yield "\n]\n}\n"


def _plain(value: Any) -> Any:
    """Documents as objects, and nothing that is not there, as aws-cli has it."""
    match value:
        case dict():
            return {
                name: json.loads(unquote(inner)) if name in DOCUMENTS else _plain(inner)
                for name, inner in value.items()
                if inner is not None
            }
        case list():
            return [_plain(inner) for inner in value]
    return value


def _told(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat(timespec="seconds")
