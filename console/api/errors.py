"""What is wrong with a request before any operation sees it. Pure, as what finds it is.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from http import HTTPStatus
from typing import ClassVar


class WireError(Exception):
    """A request that no operation has seen: it cannot be read, or nobody has signed it."""

    code: ClassVar[str]
    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidAction(WireError):
    code = "InvalidAction"


class MissingAction(WireError):
    code = "MissingAction"


class MalformedInput(WireError):
    code = "MalformedInput"


class RequestEntityTooLarge(WireError):
    code = "RequestEntityTooLarge"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class MissingAuthenticationToken(WireError):
    code = "MissingAuthenticationToken"
    status = HTTPStatus.FORBIDDEN


class IncompleteSignature(WireError):
    code = "IncompleteSignature"


class InvalidClientTokenId(WireError):
    code = "InvalidClientTokenId"
    status = HTTPStatus.FORBIDDEN


class SignatureDoesNotMatch(WireError):
    code = "SignatureDoesNotMatch"
    status = HTTPStatus.FORBIDDEN


class RequestExpired(WireError):
    code = "RequestExpired"


class ExpiredToken(WireError):
    code = "ExpiredToken"
    status = HTTPStatus.FORBIDDEN


class ServiceUnavailable(WireError):
    code = "ServiceUnavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE


class InternalFailure(WireError):
    code = "InternalFailure"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
