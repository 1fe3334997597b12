"""What a program is told: AWS's codes and statuses. One place turns an error into them.

https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus

from django.db import OperationalError as DatabaseGone

from policies_app.operations import authorization_messages, service_model
from policies_app.operations.errors import AccessDenied, MalformedPolicyDocument, OperationError

from . import malformed
from .errors import InternalFailure, ServiceUnavailable, WireError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    message: str
    status: int
    detail: str = ""

    @property
    def kind(self) -> str:
        return "Receiver" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Sender"


# Three things of ours that AWS has the one code for. What a policy refuses is an `AccessDenied` of its own.
WIRE_CODE = dict.fromkeys(("InvalidCurrentPassword", "NotForTheseCredentials", "UnknownService"), "AccessDenied")


@cache
def statuses() -> Mapping[str, int]:
    """By code, as the service models have them. A violated constraint, which they all have, is in none: it is 400."""
    models = [service_model.service(name) for name in ("iam", "sts")]
    declared = [shape.metadata.get("error", {}) for model in models for shape in model.error_shapes]
    told = {error["code"]: int(error["httpStatusCode"]) for error in declared if "code" in error}
    return told | {"AccessDenied": HTTPStatus.FORBIDDEN}


def expected(error: Exception, request_id: str) -> WireError | OperationError:
    """At the edge of the wire: what nobody foresaw is told in AWS's shape too, and the log has the rest of it."""
    match error:
        case WireError() | OperationError():
            return error
        case DatabaseGone():
            logger.error("Request %s found no database.", request_id, exc_info=error)
            return ServiceUnavailable("The database does not answer. Try again.")
    logger.error("Request %s failed.", request_id, exc_info=error)
    return InternalFailure("The request processing has failed because of an unknown error.")


def problem_of(error: WireError | OperationError) -> Problem:
    match error:
        case WireError():
            return Problem(error.code, error.message, error.status)
        case AccessDenied(decision=decision, tells_why=False):
            return Problem(error.code, decision.refused(), HTTPStatus.FORBIDDEN)
        case AccessDenied(decision=decision):
            encoded = authorization_messages.encode(decision)
            message = f"{decision.aws_message()}. Encoded authorization failure message: {encoded}"
            return Problem(error.code, message, HTTPStatus.FORBIDDEN)
        case MalformedPolicyDocument():
            words = malformed.sentence(error), HTTPStatus.BAD_REQUEST, malformed.detail(error)
            return Problem(error.code, *words)
        case _:
            code = WIRE_CODE.get(error.code, error.code)
            return Problem(code, error.message, statuses().get(code, HTTPStatus.BAD_REQUEST))
