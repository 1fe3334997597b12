"""The tags of a user or role, all in one form that needs no JavaScript."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from console.web.forms.identities import TagFormSet, tag_rows
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from policies_app.operations import tags
from policies_app.operations.errors import AccessDenied, OperationError, ValidationError
from policies_app.operations.events import unit_of_work

from .identities import USERS, Kind, form_view, gate, page_of, tell


@form_view
def edit(request: ConsoleRequest, kind: Kind, **name: str) -> HttpResponse:
    """Adds, changes and removes what differs from what the form showed, and leaves alone what others did meanwhile."""
    tag, untag, list_tags = (
        (tags.tag_user, tags.untag_user, tags.list_user_tags)
        if kind is USERS
        else (tags.tag_role, tags.untag_role, tags.list_role_tags)
    )
    rows = TagFormSet(request.POST, prefix="tags") if request.method == "POST" else None
    problem = ""
    if rows is not None and rows.is_valid():
        try:
            with unit_of_work():
                if removed := rows.removed_keys:
                    untag(request.call, **name, tag_keys=removed)
                if changed := rows.tags:
                    tag(request.call, **name, tags=changed)
        except AccessDenied:
            raise
        except OperationError as error:
            problem = place(rows, error)
        else:
            if removed or changed:
                tell(request, kind, "has its tags changed.", **name)
            else:
                messages.info(request, "The tags are as they were.")
            return redirect(kind.url("tags", **name))
    identity = kind.get(request.call, **name)
    found = panel(list_tags, request.call, **name)
    context = {
        "found": found,
        "rows": TagFormSet(initial=tag_rows(found.value or []), prefix="tags") if rows is None else rows,
        "problem": problem,
        "tag": gate(request.call, kind.action("Tag{}"), identity),
    }
    return page_of(request, kind, identity, "identities/tags.html", context, status=422 if rows is not None else 200)


def place(rows: TagFormSet, error: OperationError) -> str:
    """Beside the tag that the error is about; what is about none of them is returned."""
    if not isinstance(error, ValidationError):
        return error.message
    return " ".join(rows.place_violations(error.violations).values())
