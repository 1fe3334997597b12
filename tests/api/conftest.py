"""A real boto3 client against the real server on loopback."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from pytest_django.live_server_helper import LiveServer

from policies_app.operations import access_keys
from tests.api.assuming import make_role
from tests.factories import Cast

type Client = Any
"""boto3 makes its clients' methods from the service model while running."""

# One try: what a test asks is answered the first time, or is the failure that it looks for.
ONCE = Config(retries={"total_max_attempts": 1}, parameter_validation=False)

type Connect = Callable[..., Client]


def error_of(method: Callable[..., Any], **parameters: Any) -> tuple[str, int, str]:
    """The code, status and message that the call is answered with."""
    with pytest.raises(ClientError) as error:
        method(**parameters)
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


@pytest.fixture
def client(transactional_db: None, cast: Cast, connect: Callable[..., Client]) -> Connect:
    """`client("dana")` speaks IAM with a new key of the user's; `service` names another one."""

    def client_of(user_name: str, service: str = "iam") -> Client:
        new = access_keys.create_access_key(cast.system, user_name=user_name)
        return connect(service, "us-east-1", aws_access_key_id=new.key.id, aws_secret_access_key=new.secret)

    return client_of


@pytest.fixture
def using(connect: Callable[..., Client]) -> Connect:
    """`using(answer)` speaks IAM with the credentials in an answer of STS; `service` names another one."""

    def client_with(answer: dict[str, Any], service: str = "iam") -> Client:
        temporary = answer["Credentials"]
        return connect(
            service,
            "eu-west-1",
            aws_access_key_id=temporary["AccessKeyId"],
            aws_secret_access_key=temporary["SecretAccessKey"],
            aws_session_token=temporary["SessionToken"],
        )

    return client_with


@pytest.fixture
def connect(live_server: LiveServer) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def connect_to(service: str, region: str, **credentials: str) -> Client:
        made.append(boto3.client(service, endpoint_url=live_server.url, region_name=region, config=ONCE, **credentials))
        return made[-1]

    yield connect_to
    for each in made:
        each.close()


@pytest.fixture
def dana(cast: Cast, client: Connect) -> Client:
    """She may assume every role of her account, all of which trust the account; `builder` may list users."""
    cast.user("dana", "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    make_role(cast, "builder", "iam:ListUsers", "iam:GetUser", "iam:TagUser")
    return client("dana", "sts")
