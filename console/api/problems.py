"""What a program is told: AWS's codes and statuses. One place turns an error into them.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from dataclasses import dataclass
from http import HTTPStatus

from policies_app.operations import authorization_messages
from policies_app.operations.errors import AccessDenied, OperationError

from .errors import WireError


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
    "NotForTheseCredentials": HTTPStatus.FORBIDDEN,
    "UnknownService": HTTPStatus.FORBIDDEN,
    "ReportNotPresent": HTTPStatus.GONE,
    "ReportInProgress": HTTPStatus.NOT_FOUND,
    "ReportExpired": HTTPStatus.GONE,
}
WIRE_CODE = dict.fromkeys(("InvalidCurrentPassword", "NotForTheseCredentials", "UnknownService"), "AccessDenied")


def problem_of(error: WireError | OperationError) -> Problem:
    match error:
        case WireError():
            return Problem(error.code, error.message, error.status)
        case AccessDenied(decision=decision):
            encoded = authorization_messages.encode(decision)
            message = f"{decision.aws_message()}. Encoded authorization failure message: {encoded}"
            return Problem(error.code, message, HTTPStatus.FORBIDDEN)
        case _:
            status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
            return Problem(WIRE_CODE.get(error.code, error.code), error.message, status)
