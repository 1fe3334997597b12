"""Access keys, asked for and used by boto3."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from policies_app.models import AccessKey, Event
from policies_app.models.unique_ids import ALPHABET, account_of
from policies_app.operations import access_keys, events
from policies_app.operations.errors import LimitExceeded
from tests.api.conftest import ONCE, Client, Connect, error_of
from tests.factories import ACCOUNT, Cast

ABSENT = "AKIARZPUZDIKEXAMPLE7"


@pytest.fixture
def admin(cast: Cast, client: Connect) -> Client:
    cast.user("admin", "iam:*")
    cast.user("dana")
    return client("admin")


def key_id(client: Client) -> str:
    return str(client._request_signer._credentials.access_key)


def test_a_key_is_made_with_what_aws_answers(admin: Client) -> None:
    key = admin.create_access_key(UserName="dana")["AccessKey"]
    assert set(key) == {"UserName", "AccessKeyId", "Status", "SecretAccessKey", "CreateDate"}
    assert (key["UserName"], key["Status"], len(key["SecretAccessKey"])) == ("dana", "Active", 40)
    assert (key["AccessKeyId"][:4], len(key["AccessKeyId"])) == ("AKIA", 20)
    assert set(key["AccessKeyId"]) <= set(ALPHABET)
    assert account_of(key["AccessKeyId"]) == ACCOUNT


def test_a_secret_is_shown_once_and_recorded_nowhere(admin: Client) -> None:
    secret = admin.create_access_key(UserName="dana")["AccessKey"]["SecretAccessKey"]
    (listed,) = admin.list_access_keys(UserName="dana")["AccessKeyMetadata"]
    assert set(listed) == {"UserName", "AccessKeyId", "Status", "CreateDate"}
    events.reads.flush()
    assert secret not in str(list(Event.objects.values())) + str(list(AccessKey.objects.values()))
    assert Event.objects.filter(operation="CreateAccessKey", outcome="success", resource__endswith="/dana").exists()


def test_who_names_nobody_means_themselves(admin: Client) -> None:
    assert admin.create_access_key()["AccessKey"]["UserName"] == "admin"
    keys = admin.list_access_keys()["AccessKeyMetadata"]
    assert [key["UserName"] for key in keys] == ["admin", "admin"]
    other = next(key["AccessKeyId"] for key in keys if key["AccessKeyId"] != key_id(admin))
    admin.update_access_key(AccessKeyId=other, Status="Inactive")
    admin.delete_access_key(AccessKeyId=other)
    assert [key["AccessKeyId"] for key in admin.list_access_keys()["AccessKeyMetadata"]] == [key_id(admin)]


def test_a_user_has_two_keys_at_most(admin: Client) -> None:
    for _ in range(2):
        admin.create_access_key(UserName="dana")
    code, status, message = error_of(admin.create_access_key, UserName="dana")
    assert (code, status, message) == ("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2")
    assert AccessKey.objects.filter(user__name="dana").count() == 2


def test_keys_are_listed_in_pages(admin: Client) -> None:
    made = {admin.create_access_key(UserName="dana")["AccessKey"]["AccessKeyId"] for _ in range(2)}
    pages = list(admin.get_paginator("list_access_keys").paginate(UserName="dana", PaginationConfig={"PageSize": 1}))
    assert {page["AccessKeyMetadata"][0]["AccessKeyId"] for page in pages} == made


def test_an_inactive_key_signs_nothing_until_it_is_active_again(cast: Cast, admin: Client, client: Connect) -> None:
    dana = client("dana", "sts")
    change = {"UserName": "dana", "AccessKeyId": key_id(dana)}
    admin.update_access_key(**change, Status="Inactive")
    assert admin.list_access_keys(UserName="dana")["AccessKeyMetadata"][0]["Status"] == "Inactive"
    assert error_of(dana.get_caller_identity) == (
        "InvalidClientTokenId",
        403,
        "The security token included in the request is invalid.",
    )
    admin.update_access_key(**change, Status="Active")
    assert dana.get_caller_identity()["Arn"].endswith("/dana")


def test_a_deleted_key_signs_nothing(admin: Client, client: Connect) -> None:
    dana = client("dana", "sts")
    admin.delete_access_key(UserName="dana", AccessKeyId=key_id(dana))
    assert error_of(dana.get_caller_identity)[0] == "InvalidClientTokenId"
    assert not AccessKey.objects.filter(user__name="dana").exists()


def test_a_key_tells_when_and_for_what_it_was_last_used(admin: Client, client: Connect) -> None:
    dana = client("dana", "sts")
    unused = admin.get_access_key_last_used(AccessKeyId=key_id(dana))
    assert unused["UserName"] == "dana"
    assert unused["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    dana.get_caller_identity()
    events.reads.flush()
    used = admin.get_access_key_last_used(AccessKeyId=key_id(dana))["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("sts", "us-east-1")
    assert used["LastUsedDate"]


def test_whose_a_key_is_stays_unknown_to_who_may_not_ask(admin: Client, client: Connect, cast: Cast) -> None:
    cast.user("reader", "iam:GetUser")
    dana, reader, owned = client("dana"), client("reader"), key_id(admin)

    def told(who: Client, key: str) -> str:
        return error_of(who.get_access_key_last_used, AccessKeyId=key)[2].partition(". Encoded")[0]

    assert told(dana, owned) == told(dana, ABSENT)
    assert f"on resource: arn:aws:iam::{ACCOUNT}:user/* because" in told(dana, owned)
    assert ":user/admin because" in told(reader, owned)


def test_a_use_is_written_once_a_minute(client: Connect, cast: Cast) -> None:
    cast.user("dana")
    dana = client("dana", "sts")
    dana.get_caller_identity()
    events.reads.flush()
    first = AccessKey.objects.get().last_used
    dana.get_caller_identity()
    events.reads.flush()
    assert AccessKey.objects.get().last_used == first


@pytest.mark.parametrize("action", ["update_access_key", "delete_access_key"])
def test_a_key_that_is_not_there_or_another_users_is_reported_absent(admin: Client, action: str) -> None:
    status = {"Status": "Inactive"} if action == "update_access_key" else {}
    for absent in (ABSENT, key_id(admin)):
        assert error_of(getattr(admin, action), UserName="dana", AccessKeyId=absent, **status) == (
            "NoSuchEntity",
            404,
            f"The Access Key with id {absent} cannot be found.",
        )


def test_users_that_are_not_there_have_no_keys(admin: Client) -> None:
    expected = ("NoSuchEntity", 404, "The user with name absent cannot be found.")
    assert error_of(admin.create_access_key, UserName="absent") == expected
    assert error_of(admin.list_access_keys, UserName="absent") == expected


def test_a_status_is_one_of_the_models(admin: Client) -> None:
    code, _, message = error_of(admin.update_access_key, AccessKeyId=key_id(admin), Status="Sleeping")
    assert (code, "at 'status' failed to satisfy constraint" in message) == ("ValidationError", True)


def test_a_user_with_keys_is_not_deleted(admin: Client) -> None:
    admin.create_access_key(UserName="dana")
    code, status, message = error_of(admin.delete_user, UserName="dana")
    assert (code, status, message) == ("DeleteConflict", 409, "Cannot delete entity, must delete access keys first.")


CALLS: dict[str, dict[str, Any]] = {
    "create_access_key": {"UserName": "admin"},
    "list_access_keys": {"UserName": "admin"},
    "update_access_key": {"UserName": "admin", "AccessKeyId": ABSENT, "Status": "Inactive"},
    "delete_access_key": {"UserName": "admin", "AccessKeyId": ABSENT},
    "get_access_key_last_used": {"AccessKeyId": ABSENT},
}


@pytest.mark.parametrize("method", CALLS)
def test_who_may_not_is_refused_and_recorded(admin: Client, client: Connect, method: str) -> None:
    before = AccessKey.objects.count() + 1
    code, status, _ = error_of(getattr(client("dana"), method), **CALLS[method])
    assert (code, status) == ("AccessDenied", 403)
    assert AccessKey.objects.count() == before
    action = "".join(part.capitalize() for part in method.split("_"))
    assert Event.objects.get(operation=action, principal__endswith="/dana").outcome == "refused"


def test_of_many_who_make_keys_at_once_two_succeed(admin: Client, cast: Cast) -> None:
    def make(_: int) -> bool:
        try:
            access_keys.create_access_key(cast.system, user_name="dana")
        except LimitExceeded:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(make, range(6))) == 2
    assert AccessKey.objects.filter(user__name="dana").count() == 2


def test_a_key_made_over_the_wire_signs_the_next_request(admin: Client, live_server: LiveServer) -> None:
    key = admin.create_access_key(UserName="dana")["AccessKey"]
    dana = boto3.client(
        "sts",
        endpoint_url=live_server.url,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        config=ONCE,
    )
    assert dana.get_caller_identity()["Arn"].endswith(":user/dana")
    dana.close()
