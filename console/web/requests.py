"""What a view may rely on in a request of the console."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from console.sessions import SessionStore
from policies_app.models import User
from policies_app.operations.calls import Call, Origin


class ConsoleRequest(HttpRequest):
    """`call` and `user` are there for signed-in users: every view requires that unless it says otherwise."""

    call: Call
    origin: Origin
    user: User
    session: SessionStore
    htmx: HtmxDetails
