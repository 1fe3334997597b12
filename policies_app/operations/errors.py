"""Why an operation was refused or could not be done. Each door turns these into its own words once.

Codes and wording follow IAM's: https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
"""

from collections.abc import Sequence
from typing import ClassVar

from policies_app.engine.evaluator import Decision
from policies_app.engine.findings import Finding
from policies_app.engine.parser import Layer


class OperationError(Exception):
    code: ClassVar[str]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoSuchEntity(OperationError):
    code = "NoSuchEntity"


class EntityAlreadyExists(OperationError):
    code = "EntityAlreadyExists"


class DeleteConflict(OperationError):
    code = "DeleteConflict"


class LimitExceeded(OperationError):
    code = "LimitExceeded"


class InvalidInput(OperationError):
    code = "InvalidInput"


class UnmodifiableEntity(OperationError):
    code = "UnmodifiableEntity"


class PolicyNotAttachable(OperationError):
    code = "PolicyNotAttachable"


class UnknownService(OperationError):
    """AWS's own code for it is `AccessDenied`, which here means that a policy said no."""

    code = "UnknownService"


class InvalidUserType(OperationError):
    code = "InvalidUserType"


class PasswordPolicyViolation(OperationError):
    code = "PasswordPolicyViolation"


class InvalidCurrentPassword(OperationError):
    """IAM's own code for it is `AccessDenied`, which here means that a policy said no."""

    code = "InvalidCurrentPassword"


class ConcurrentModification(OperationError):
    """Somebody else changed it since the caller read it."""

    code = "ConcurrentModification"


class ThrottlingError(OperationError):
    code = "Throttling"


class SignInFailed(OperationError):
    code = "SignInFailed"


class UnprocessableEntity(OperationError):
    """The question is understood, and cannot be answered here."""

    code = "UnprocessableEntity"


class ReportNotPresent(OperationError):
    code = "ReportNotPresent"


class ReportInProgress(OperationError):
    code = "ReportInProgress"


class ReportExpired(OperationError):
    code = "ReportExpired"


class MalformedPolicyDocument(OperationError):
    """With the text that the findings are about, and its kind, where it was given to be stored."""

    code = "MalformedPolicyDocument"

    def __init__(self, findings: Sequence[Finding], text: str = "", kind: Layer = Layer.IDENTITY) -> None:
        self.findings, self.text, self.kind = tuple(findings), text, kind
        first = self.findings[0]
        super().__init__(f"{first.message} (line {first.span.start.line}, column {first.span.start.column + 1})")


class ValidationError(OperationError):
    """`violations` maps each parameter (in AWS's spelling, as `userName`) to what is wrong with it."""

    code = "ValidationError"

    def __init__(self, violations: dict[str, str]) -> None:
        self.violations = violations
        count = len(violations)
        super().__init__(
            f"{count} validation error{'s' if count > 1 else ''} detected: {'; '.join(violations.values())}"
        )


class InvalidRequest(OperationError):
    """What AWS refuses with the same code as a violated constraint, in words of its own."""

    code = "ValidationError"


class InvalidParameterValue(OperationError):
    """The word of STS for some of what IAM calls invalid input."""

    code = "InvalidParameterValue"


class PackedPolicyTooLarge(OperationError):
    code = "PackedPolicyTooLarge"


class InvalidAuthorizationMessage(OperationError):
    code = "InvalidAuthorizationMessageException"


class NotForTheseCredentials(OperationError):
    """AWS's own code for it is `AccessDenied`, which here means that a policy said no."""

    code = "NotForTheseCredentials"


class AccessDenied(OperationError):
    """Without `tells_why` the caller must not learn the reason, which would tell what is there; the event has it."""

    code = "AccessDenied"

    def __init__(self, decision: Decision, *, tells_why: bool = True) -> None:
        self.decision, self.tells_why = decision, tells_why
        super().__init__(decision.explain())
