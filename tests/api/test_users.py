from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from tests.api.conftest import Client
from tests.factories import Cast

type Connect = Callable[..., Client]


def test_a_user_is_created_with_what_aws_answers(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    answer = client("maker").create_user(UserName="dana", Path="/eng/", Tags=[{"Key": "team", "Value": "blue"}])
    user = answer["User"]
    assert (user["UserName"], user["Path"], user["Tags"]) == ("dana", "/eng/", [{"Key": "team", "Value": "blue"}])
    assert user["Arn"] == "arn:aws:iam::123456789012:user/eng/dana"
    assert user["UserId"].startswith("AIDA")
    assert "PermissionsBoundary" not in user


def test_who_is_allowed_nothing_is_told_so_in_aws_words(cast: Cast, client: Connect) -> None:
    cast.user("nobody")
    with pytest.raises(ClientError, match="AccessDenied") as refusal:
        client("nobody").list_users()
    assert refusal.value.response["Error"]["Message"].startswith(
        "User: arn:aws:iam::123456789012:user/nobody is not authorized to perform: iam:ListUsers on resource: "
        "arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:ListUsers action. "
        "Encoded authorization failure message: "
    )


def test_without_a_name_it_is_oneself(cast: Cast, client: Connect) -> None:
    cast.user("dana", "iam:GetUser")
    assert client("dana").get_user()["User"]["UserName"] == "dana"
