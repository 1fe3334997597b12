"""Tag keys make no difference between upper and lower case, in whatever alphabet and on either database."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from policies_app.models import User
from policies_app.operations import policies, roles, tags, users
from policies_app.operations.errors import AccessDenied, InvalidInput
from tests.factories import TRUST, Cast, call_of, document


def tagged(*pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, _, value in (pair.partition("=") for pair in pairs)]


@pytest.mark.parametrize(("key", "other"), [("team", "TEAM"), ("Équipe", "équipe"), ("ΟΜΑΔΑ", "ομαδα"), ("Ёж", "ёж")])
def test_a_key_in_another_case_is_the_same_key(cast: Cast, key: str, other: str) -> None:
    cast.user("dana")
    for spelling in (key, key, other):
        tags.tag_user(cast.system, user_name="dana", tags=tagged(f"{spelling}=blue"))
        assert tags.list_user_tags(cast.system, user_name="dana") == [(spelling, "blue")]
    tags.untag_user(cast.system, user_name="dana", tag_keys=[key])
    assert tags.list_user_tags(cast.system, user_name="dana") == []


def test_one_key_twice_is_refused_and_nothing_is_made(cast: Cast) -> None:
    cast.user("dana")
    twice = tagged("team=red", "Team=blue")
    with pytest.raises(InvalidInput, match="Duplicate tag keys"):
        users.create_user(cast.system, user_name="erin", tags=twice)
    with pytest.raises(InvalidInput, match="Duplicate tag keys"):
        tags.tag_user(cast.system, user_name="dana", tags=twice)
    assert list(User.objects.values_list("name", flat=True)) == ["dana"]
    assert tags.list_user_tags(cast.system, user_name="dana") == []


@pytest.mark.parametrize("noun", ["User", "Role", "Policy"])
def test_who_may_create_but_not_tag_creates_nothing_with_tags(cast: Cast, noun: str) -> None:
    maker = call_of(cast.user("maker", "iam:Create*"))
    creations: dict[str, Callable[..., Any]] = {
        "User": partial(users.create_user, user_name="new"),
        "Role": partial(roles.create_role, role_name="new", assume_role_policy_document=TRUST),
        "Policy": partial(policies.create_policy, policy_name="new", policy_document=document("s3:*")),
    }
    create = creations[noun]
    with pytest.raises(AccessDenied, match=f"iam:Tag{noun}"):
        create(maker, tags=tagged("team=blue"))
    cast.inline("maker", "Tagging", f"iam:Tag{noun}")
    assert create(maker, tags=tagged("team=blue")).tags.get().value == "blue"
