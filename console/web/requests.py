"""What a view may rely on in a request of the console."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from console.sessions import SessionStore
from policies_app.models import User
from policies_app.operations.calls import Call, Origin

if TYPE_CHECKING:
    from .acting import Acting, Ended


class ConsoleRequest(HttpRequest):
    """`call` and `user` are there for signed-in users: every view requires that unless it says otherwise.

    `own_call` is by the user in person, and so is `call`, unless the user is `acting` as a role.
    """

    call: Call
    own_call: Call
    acting: "Acting | Ended | None"
    origin: Origin
    user: User
    session: SessionStore
    htmx: HtmxDetails
