from typing import Any

from console.api.registry import Action, Output
from policies_app.operations import role_sessions, sts
from policies_app.operations.calls import Call
from policies_app.operations.errors import InvalidParameterValue
from policies_app.operations.role_sessions import AssumedRole
from policies_app.operations.sessions import Session
from policies_app.operations.sts import CallerIdentity


def caller(identity: CallerIdentity) -> Output:
    return {"UserId": identity.unique_id, "Account": identity.account_id, "Arn": identity.arn}


def credentials(session: Session) -> Output:
    return {
        "Credentials": {
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": session.secret,
            "SessionToken": session.token(),
            "Expiration": session.expiration,
        }
    }


def assumed(result: AssumedRole) -> Output:
    return credentials(result.session) | {
        "AssumedRoleUser": {"AssumedRoleId": result.unique_id, "Arn": result.arn},
        "PackedPolicySize": result.packed_size,
        "SourceIdentity": result.session.source_identity or None,
    }


def known(_: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """No outside provider's context is trusted here; a token is as small as it can be, whatever is the least wanted."""
    if parameters.get("provided_contexts"):
        raise InvalidParameterValue("ProvidedContexts are not supported here.")
    return {name: value for name, value in parameters.items() if name not in UNUSED}


UNUSED = {"provided_contexts", "minimum_session_token_size"}

ACTIONS = {
    "AssumeRole": Action(role_sessions.assume_role, assumed, known),
    "DecodeAuthorizationMessage": Action(sts.decode_authorization_message, lambda text: {"DecodedMessage": text}),
    "GetAccessKeyInfo": Action(sts.get_access_key_info, lambda account_id: {"Account": account_id}),
    "GetCallerIdentity": Action(sts.get_caller_identity, caller),
    "GetSessionToken": Action(sts.get_session_token, credentials, known),
}
