"""A signed request becomes a `Call`: who asks, with the context keys that the request brings."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from console.origins import origin_of
from policies_app.operations import access_keys, encryption
from policies_app.operations.calls import Call

from . import sigv4
from .errors import InvalidClientTokenId


def authenticate(request: HttpRequest, service: str) -> Call:
    """Raises the error that AWS answers when nobody, or somebody unknown, signed exactly this request."""
    message = message_of(request)
    claim = sigv4.read(message)
    key = access_keys.find_active(claim.key_id)
    if key is None or claim.token is not None:
        raise InvalidClientTokenId("The security token included in the request is invalid.")
    secret = encryption.decrypt(key.id, key.secret)
    sigv4.check(message, claim, secret, service=service, now=timezone.now(), skew=settings.CLOCK_SKEW)
    access_keys.note_use(key, claim.service, claim.region)
    context = {
        "aws:SecureTransport": "true" if request.is_secure() else "false",
        "aws:RequestedRegion": claim.region,
        "aws:ViaAWSService": "false",
    }
    return Call.by_user(key.user, origin_of(request), context)


def message_of(request: HttpRequest) -> sigv4.Message:
    return sigv4.Message(
        method=request.method or "",
        path=request.path_info,
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
    )
