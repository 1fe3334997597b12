"""What the tests of the lists put into their rows and read off them."""

from datetime import UTC, datetime
from typing import Any

from policies_app.models import AccessKey, User
from policies_app.operations import tags
from tests.factories import Cast

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def names(response: Any) -> list[str]:
    return [line.name for line in response.context["rows"]]


def key_of(user_name: str, number: int, **facts: Any) -> AccessKey:
    user = User.objects.get(name=user_name)
    return AccessKey.objects.create(id=f"AKIARZPUZDIKEXAMPL{number:02}", user=user, secret="", **facts)


def tag(sample: Cast, user_name: str, key: str, value: str) -> None:
    tags.tag_user(sample.system, user_name=user_name, tags=[{"Key": key, "Value": value}])
