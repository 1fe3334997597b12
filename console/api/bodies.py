"""The body of a request, within bounds, or the error that a program is told."""

from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from .errors import InvalidAction, MalformedInput, RequestEntityTooLarge


def read_body(request: HttpRequest) -> bytes:
    try:
        request.get_host()
        body = request.body
    except DisallowedHost as error:
        raise InvalidAction("The request names a host that this server does not answer to.") from error
    except RequestDataTooBig as error:
        raise RequestEntityTooLarge("The request is larger than this server takes.") from error
    except UnreadablePostError as error:
        raise MalformedInput("The body ended too early.") from error
    return body
