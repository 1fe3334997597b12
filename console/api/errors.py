"""What a program is told: AWS's codes and statuses. One place turns an operation's error into them.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from policies_app.operations.errors import AccessDenied, OperationError


class WireError(Exception):
    """A request that no operation has seen: it cannot be read, or nobody has signed it."""

    code: ClassVar[str]
    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidAction(WireError):
    code = "InvalidAction"


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


class InternalFailure(WireError):
    code = "InternalFailure"
    status = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    message: str
    status: int

    @property
    def kind(self) -> str:
        return "Receiver" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"


# AWS answers what is not here with 400. Codes whose name on the wire differs from ours stand with it.
STATUS = {
    "AccessDenied": HTTPStatus.FORBIDDEN,
    "NoSuchEntity": HTTPStatus.NOT_FOUND,
    "EntityAlreadyExists": HTTPStatus.CONFLICT,
    "DeleteConflict": HTTPStatus.CONFLICT,
    "LimitExceeded": HTTPStatus.CONFLICT,
    "ConcurrentModification": HTTPStatus.CONFLICT,
    "InvalidCurrentPassword": HTTPStatus.FORBIDDEN,
}
WIRE_CODE = {"InvalidCurrentPassword": "AccessDenied"}


def problem_of(error: WireError | OperationError) -> Problem:
    match error:
        case WireError():
            return Problem(error.code, error.message, error.status)
        case AccessDenied(decision=decision):
            return Problem(error.code, decision.aws_message(), HTTPStatus.FORBIDDEN)
        case _:
            status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
            return Problem(WIRE_CODE.get(error.code, error.code), error.message, status)
