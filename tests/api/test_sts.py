"""Temporary credentials, by boto3."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.api.conftest import Client
from tests.factories import ACCOUNT, Cast

type Connect = Callable[..., Client]
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/builder"


def test_everybody_may_learn_who_they_are(cast: Cast, client: Connect) -> None:
    user = cast.user("dana")
    answer = client("dana", "sts").get_caller_identity()
    assert (answer["Account"], answer["Arn"], answer["UserId"]) == (ACCOUNT, user.arn, user.unique_id)


