"""Long-lived keys of users, for programs. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"""

import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from policies_app.models import AccessKey, User
from policies_app.models.prepared import Prepared
from policies_app.models.unique_ids import new_access_key_id

from . import encryption, events, identities
from .calls import Call, event_of, operation
from .errors import LimitExceeded, NoSuchEntity

KEYS_PER_USER = 2


@dataclass(frozen=True, slots=True)
class NewAccessKey:
    """The only place where the secret can be read."""

    key: AccessKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reencrypted:
    """`lost` are the ids of the keys whose secrets nobody can read any more; they stay as they are."""

    done: int
    lost: list[str]


@operation("CreateAccessKey")
def create_access_key(call: Call, *, user_name: str) -> NewAccessKey:
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    if user.access_keys.count() >= KEYS_PER_USER:
        raise LimitExceeded(f"Cannot exceed quota for AccessKeysPerUser: {KEYS_PER_USER}")
    key_id, secret = new_access_key_id("AKIA", call.account_id), new_secret()
    key = user.access_keys.create(id=key_id, secret=encryption.encrypt(key_id, secret))
    return NewAccessKey(key, secret)


@operation("ListAccessKeys", reads=True)
def list_access_keys(call: Call, *, user_name: str) -> list[AccessKey]:
    user = identities.find(call, User, user_name)
    call.authorize(user)
    return list(user.access_keys.order_by("created", "id"))


@operation("UpdateAccessKey")
def update_access_key(call: Call, *, user_name: str, access_key_id: str, status: str) -> None:
    """`status` is `Active` or `Inactive`."""
    key = _find(call, user_name, access_key_id)
    key.is_active = status == "Active"
    key.save(update_fields=["is_active"])


@operation("DeleteAccessKey")
def delete_access_key(call: Call, *, user_name: str, access_key_id: str) -> None:
    _find(call, user_name, access_key_id).delete()


@operation("GetAccessKeyLastUsed", reads=True)
def get_access_key_last_used(call: Call, *, access_key_id: str) -> AccessKey:
    """Authorised on the user whose key it is; one that is not here is refused before it is reported absent.

    Whose it is, and that it is anybody's, is not told to who may not read that user.
    """
    anybody = f"arn:aws:iam::{call.account_id}:user/*"
    key = AccessKey.objects.select_related("user").filter(pk=access_key_id, user__account_id=call.account_id).first()
    if key:
        call.asked = {key.user.arn: anybody}  # for this operation alone: the next may have asked for the user by name
    call.authorize(key.user if key else anybody)
    if key is None:
        raise NoSuchEntity(_absent(access_key_id))
    return key


def reencrypt_secrets(call: Call, advance: Callable[[], None] = lambda: None) -> Reencrypted:
    """The account's secrets anew, under the newest key: no action of IAM, so only the system may and does.

    `advance` is called after each, for a progress bar.
    """
    done, lost = 0, []
    with events.unit_of_work() as record:
        rows = AccessKey.objects.filter(user__account_id=call.account_id).select_for_update(of=("self",))
        for key in rows.order_by("id"):
            try:
                key.secret = encryption.rotate(key.secret)
            except encryption.WrongSecret:
                lost.append(key.id)
            else:
                key.save(update_fields=["secret"])
                done += 1
            advance()
        attempt = replace(call, action="iam:ReencryptSecrets", resource=f"arn:aws:iam::{call.account_id}:user/*")
        record.append(event_of(attempt, {"done": done, "lost": lost}))
    return Reencrypted(done, lost)


def first_unreadable() -> str | None:
    """The id of a key whose secret `settings.ENCRYPTION_KEYS` do not read, if the oldest or the newest is one."""
    by_age = AccessKey.objects.order_by("created", "pk")
    for key in filter(None, (by_age.first(), by_age.last())):
        try:
            encryption.unseal(key.pk, key.secret)
        except encryption.WrongSecret:
            return key.pk
    return None


def find_active(access_key_id: str) -> AccessKey | None:
    """For the door that checks signatures. The user comes with it, by the same query."""
    return _active.first(access_key_id)


_active = Prepared(lambda key: AccessKey.objects.select_related("user").filter(pk=key, is_active=True), str)


def new_secret() -> str:
    """40 characters, as AWS's."""
    return b64encode(secrets.token_bytes(30)).decode()


def _find(call: Call, user_name: str, access_key_id: str) -> AccessKey:
    user = identities.find(call, User, user_name, lock=True)
    call.authorize(user)
    if key := user.access_keys.filter(pk=access_key_id).first():
        return key
    raise NoSuchEntity(_absent(access_key_id))


def _absent(access_key_id: str) -> str:
    return f"The Access Key with id {access_key_id} cannot be found."
