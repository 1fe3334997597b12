"""What STS answers besides AssumeRole."""

import json
from datetime import UTC, datetime, timedelta

from policies_app.models import Role
from policies_app.operations import users
from tests.api.assuming import BUILDER, SESSION, refusal
from tests.api.conftest import Client, Connect
from tests.factories import ACCOUNT, Cast

# GetCallerIdentity


def test_everybody_may_learn_who_they_are(cast: Cast, client: Connect) -> None:
    user = cast.user("dana", "sts:*", effect="Deny")
    answer = client("dana", "sts").get_caller_identity()
    assert (answer["Account"], answer["Arn"], answer["UserId"]) == (ACCOUNT, user.arn, user.unique_id)


def test_a_session_learns_which_one_it_is(dana: Client, using: Connect) -> None:
    answer = using(dana.assume_role(**SESSION), "sts").get_caller_identity()
    assert answer["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/nightly"
    assert answer["UserId"] == f"{Role.objects.get().unique_id}:nightly"


# GetSessionToken


def test_a_session_token_is_the_user_but_not_for_iam(cast: Cast, client: Connect, using: Connect) -> None:
    user = cast.user("dana", "*")
    answer = client("dana", "sts").get_session_token()
    assert abs(answer["Credentials"]["Expiration"] - datetime.now(UTC) - timedelta(hours=12)) < timedelta(seconds=10)
    assert using(answer, "sts").get_caller_identity()["Arn"] == user.arn
    assert refusal(using(answer).get_user) == (
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    )


def test_a_session_token_is_good_for_a_role_and_for_no_more_of_sts(dana: Client, using: Connect) -> None:
    session = using(dana.get_session_token(DurationSeconds=900), "sts")
    assert session.assume_role(**SESSION)["Credentials"]
    for perform, parameters in (
        (session.get_session_token, {}),
        (session.get_access_key_info, {"AccessKeyId": "AKIARZPUZDIKEXAMPLE7"}),
        (session.decode_authorization_message, {"EncodedMessage": "x"}),
    ):
        code, message = refusal(perform, **parameters)
        assert (code, message.endswith("with session credentials")) == ("AccessDenied", True)


def test_a_session_token_ends_with_its_user(cast: Cast, client: Connect, using: Connect) -> None:
    cast.user("dana")
    connection = client("dana", "sts")
    session = using(connection.get_session_token(), "sts")
    cast.account.identities.get(name="dana").user.access_keys.all().delete()
    users.delete_user(cast.system, user_name="dana")
    assert refusal(session.get_caller_identity)[0] == "InvalidClientTokenId"


def test_no_code_of_a_device_is_right_while_there_are_none(dana: Client) -> None:
    device = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/dana", "TokenCode": "123456"}
    assert refusal(dana.get_session_token, **device)[0] == "AccessDenied"
    assert refusal(dana.assume_role, **SESSION, **device)[0] == "AccessDenied"


def test_durations_and_names_are_checked_by_the_model(dana: Client) -> None:
    assert refusal(dana.get_session_token, DurationSeconds=899)[0] == "ValidationError"
    assert refusal(dana.assume_role, RoleArn=BUILDER, RoleSessionName="Session1:2") == (
        "ValidationError",
        (
            "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\w+=,.@-]*"
        ),
    )


# GetAccessKeyInfo and DecodeAuthorizationMessage


def test_the_account_of_a_key_can_be_read_from_its_id(cast: Cast, client: Connect) -> None:
    cast.user("dana", "sts:GetAccessKeyInfo")
    connection = client("dana", "sts")
    own = connection._request_signer._credentials.access_key
    temporary = connection.get_session_token()["Credentials"]["AccessKeyId"]
    for key_id in (own, temporary):
        assert connection.get_access_key_info(AccessKeyId=key_id)["Account"] == ACCOUNT
    assert refusal(connection.get_access_key_info, AccessKeyId="AKIA000000000000")[0] == "ValidationError"


def test_reading_the_account_of_a_key_needs_a_permission(cast: Cast, client: Connect) -> None:
    cast.user("dana")
    assert refusal(client("dana", "sts").get_access_key_info, AccessKeyId="AKIARZPUZDIKEXAMPLE7")[0] == "AccessDenied"


def test_what_a_refusal_was_about_can_be_decoded(cast: Cast, client: Connect) -> None:
    dana = cast.user("dana")
    cast.inline("dana", "No", "iam:CreateUser", effect="Deny")
    cast.user("admin", "sts:DecodeAuthorizationMessage")
    _, message = refusal(client("dana").create_user, UserName="erin")
    encoded = message.partition("Encoded authorization failure message: ")[2]
    text = client("admin", "sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"]
    found = json.loads(text)
    assert (found["allowed"], found["explicitDeny"]) == (False, True)
    assert found["matchedStatements"]["items"][0]["effect"] == "DENY"
    context = found["context"]
    assert context["principal"] == {"id": dana.unique_id, "arn": dana.arn}
    assert (context["action"], context["resource"]) == ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/erin")
    assert {"key": "aws:username", "values": {"items": [{"value": "dana"}]}} in context["conditions"]["items"]


def test_decoding_needs_its_permission_and_a_message_of_the_account(cast: Cast, client: Connect) -> None:
    cast.user("dana")
    _, message = refusal(client("dana").list_users)
    encoded = message.partition("message: ")[2]
    assert refusal(client("dana", "sts").decode_authorization_message, EncodedMessage=encoded)[0] == "AccessDenied"
    cast.inline("dana", "Decode", "sts:DecodeAuthorizationMessage")
    wrong = encoded[:-6] + ("AAAAA=" if encoded[-6:] != "AAAAA=" else "BBBBB=")
    cast.account.identities.get(name="dana").user.access_keys.first().delete()
    assert refusal(client("dana", "sts").decode_authorization_message, EncodedMessage=wrong) == (
        "InvalidAuthorizationMessageException",
        "Message is not valid",
    )
