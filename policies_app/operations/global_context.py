"""The global context keys that every request of a principal has.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from datetime import UTC, datetime
from typing import Final

from django.utils import timezone

from policies_app.models import Identity

from .sessions import Session

_ISO_8601: Final = "%Y-%m-%dT%H:%M:%SZ"


def times() -> dict[str, str]:
    now = timezone.now()
    return {"aws:CurrentTime": now.strftime(_ISO_8601), "aws:EpochTime": str(int(now.timestamp()))}


def of_principal(identity: Identity) -> dict[str, str]:
    return times() | {"aws:PrincipalArn": identity.arn, "aws:PrincipalAccount": identity.account_id}


def of_session(session: Session | None) -> dict[str, str]:
    if session is None:
        return {}
    known = {
        "aws:TokenIssueTime": datetime.fromtimestamp(session.issued, UTC).strftime(_ISO_8601),
        "aws:MultiFactorAuthPresent": "false",
    }
    if session.source_identity:
        known["aws:SourceIdentity"] = session.source_identity
    return known
