"""Security tokens: who am I, temporary credentials, and what a refusal was about.

https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
"""

from dataclasses import dataclass

from django.utils import timezone

from policies_app.engine.request import PrincipalKind
from policies_app.models import User
from policies_app.models.unique_ids import account_of, new_access_key_id

from . import authorization_messages, identities
from .access_keys import new_secret
from .calls import Call, operation
from .errors import InvalidRequest, NotForTheseCredentials
from .sessions import Session

SESSION_TOKEN_DURATION = 43200


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    account_id: str
    arn: str
    unique_id: str


@operation("GetCallerIdentity", service="sts", reads=True)
def get_caller_identity(call: Call) -> CallerIdentity:
    """Nobody needs a permission to learn this, and no policy can take it away:
    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    return CallerIdentity(call.account_id, call.principal.arn, str(call.context.get("aws:userid", "")))


@operation("GetSessionToken", service="sts")
def get_session_token(
    call: Call, *, duration_seconds: int | None = None, serial_number: str | None = None, token_code: str | None = None
) -> Session:
    """Temporary credentials of the user who asks with a key. No policy allows or refuses it, as it is how one proves to
    be there: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html"""
    if call.session is not None or call.principal.kind is not PrincipalKind.USER:
        raise NotForTheseCredentials("Cannot call GetSessionToken with session credentials")
    user = identities.find(call, User, call.user_name)
    call.resource = user.arn
    refuse_device(serial_number, token_code)
    return new_session(call.account_id, user.unique_id, duration_seconds or SESSION_TOKEN_DURATION)


@operation("GetAccessKeyInfo", service="sts", reads=True)
def get_access_key_info(call: Call, *, access_key_id: str) -> str:
    """The account that a key belongs to, here or elsewhere: it stands in the id."""
    _refuse_user_session(call)
    call.authorize("*")
    try:
        return account_of(access_key_id)
    except ValueError as error:
        raise InvalidRequest(f"The access key ID {access_key_id} is not valid.") from error


@operation("DecodeAuthorizationMessage", service="sts", reads=True)
def decode_authorization_message(call: Call, *, encoded_message: str) -> str:
    """What a refusal in the caller's account was about, as JSON."""
    _refuse_user_session(call)
    call.authorize("*")
    return authorization_messages.decode(call.account_id, encoded_message)


def new_session(account_id: str, unique_id: str, seconds: int) -> Session:
    """A session of the user, or of the role once it has a name, from now on."""
    now = int(timezone.now().timestamp())
    key_id, secret = new_access_key_id("ASIA", account_id), new_secret()
    return Session(key_id, secret, unique_id, issued=now, expires=now + seconds)


def refuse_device(serial_number: str | None, token_code: str | None) -> None:
    """There are no MFA devices yet, so no code is right."""
    if serial_number is not None or token_code is not None:
        raise NotForTheseCredentials(
            "MultiFactorAuthentication failed, unable to validate MFA code.  "
            "Please verify your MFA serial number is valid and associated with this user."
        )


def _refuse_user_session(call: Call) -> None:
    """What GetSessionToken gives is good for no more of STS than AssumeRole and GetCallerIdentity."""
    if call.session is not None and not call.session.is_of_role:
        raise NotForTheseCredentials(f"Cannot call {call.operation} with session credentials")
