"""A signed request becomes a `Call`: who asks, with the context keys that the request brings."""

import logging

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from console.origins import origin_of
from policies_app.models import AccessKey, Role
from policies_app.operations import access_keys, encryption, last_used, sessions
from policies_app.operations.calls import Call
from policies_app.operations.sessions import Session

from . import sigv4
from .errors import ExpiredToken, InvalidClientTokenId

logger = logging.getLogger(__name__)


def authenticate(request: HttpRequest, service: str) -> Call:
    """Raises the error that AWS answers when nobody, or somebody unknown, signed exactly this request.

    One query finds who it is: the key with its user, or the role or user of a session.
    """
    message = message_of(request)
    claim = sigv4.read(message)
    context = {
        "aws:SecureTransport": "true" if request.is_secure() else "false",
        "aws:RequestedRegion": claim.region,
        "aws:ViaAWSService": "false",
    }
    if claim.token is not None:
        session = _session(claim)
        _check(message, claim, session.secret, service)
        return _by_session(request, session, claim, context)
    key = access_keys.find_active(claim.key_id)
    if key is None:
        raise _unknown()
    _check(message, claim, _secret(key), service)
    last_used.note_key(key, claim.service, claim.region)
    return Call.by_user(key.user, origin_of(request), context)


def message_of(request: HttpRequest) -> sigv4.Message:
    return sigv4.Message(
        method=request.method or "",
        path=request.path_info,
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
    )


def _check(message: sigv4.Message, claim: sigv4.Claim, secret: str, service: str) -> None:
    sigv4.check(message, claim, secret, service=service, now=timezone.now(), skew=settings.CLOCK_SKEW)


def _secret(key: AccessKey) -> str:
    try:
        return encryption.decrypt(key.id, key.secret)
    except encryption.WrongSecret as error:
        logger.exception("Nobody can sign with the access key %s.", key.id)
        raise _unknown() from error


def _session(claim: sigv4.Claim) -> Session:
    try:
        session = sessions.read_token(claim.token or "")
    except sessions.InvalidToken as error:
        raise _unknown() from error
    if session.access_key_id != claim.key_id:
        raise _unknown()
    return session


def _by_session(request: HttpRequest, session: Session, claim: sigv4.Claim, context: dict[str, str]) -> Call:
    if session.is_over(timezone.now()):
        raise ExpiredToken("The security token included in the request is expired")
    match sessions.identity_of(session):
        case None:
            raise _unknown()
        case Role() as role:
            last_used.note_role(role, claim.region)
            return Call.by_role_session(role, session, origin_of(request), context)
        case user if claim.service == "iam":
            # What GetSessionToken gives without MFA is not good for IAM:
            # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
            raise _unknown()
        case user:
            return Call.by_user(user, origin_of(request), context, session)


def _unknown() -> InvalidClientTokenId:
    return InvalidClientTokenId("The security token included in the request is invalid.")
