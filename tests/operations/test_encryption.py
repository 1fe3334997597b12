"""Secrets at rest: read only with the right key, and only as what they are."""

import json
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from policies_app.checks import encryption_keys
from policies_app.models import AccessKey, Account, Event
from policies_app.operations import access_keys, encryption
from tests.factories import Cast

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_a_secret_is_not_in_its_row(cast: Cast) -> None:
    cast.user("dana")
    new = access_keys.create_access_key(cast.system, user_name="dana")
    row = AccessKey.objects.get()
    assert new.secret not in row.secret
    assert encryption.decrypt(row.id, row.secret) == new.secret
    assert new.secret not in repr(new)


def test_a_secret_is_not_in_a_dump_of_the_database(cast: Cast) -> None:
    cast.user("dana")
    new = access_keys.create_access_key(cast.system, user_name="dana")
    dump = run("dumpdata")
    assert new.key.id in dump
    assert new.secret not in dump


def test_a_secret_moved_to_another_key_is_refused() -> None:
    sealed = encryption.encrypt("AKIARZPUZDIKEXAMPLE7", "secret")
    with pytest.raises(encryption.WrongSecret, match="belongs to something else"):
        encryption.decrypt("AKIARZPUZDIKEXAMPLE2", sealed)


@pytest.mark.parametrize("sealed", ["", "gAAAA", "\N{BULLET}", "x" * 200])
def test_what_was_not_sealed_here_is_refused(sealed: str) -> None:
    with pytest.raises(encryption.WrongSecret, match="cannot be read"):
        encryption.unseal("session", sealed)


def test_secrets_move_to_a_new_key_and_need_the_old_one_no_more(cast: Cast, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    cast.user("dana")
    new = access_keys.create_access_key(cast.system, user_name="dana")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert run("reencrypt_secrets") == "1 secret is encrypted under the newest key.\n"
    settings.ENCRYPTION_KEYS = [NEW]
    assert encryption.decrypt(new.key.id, AccessKey.objects.get().secret) == new.secret


def test_encrypting_anew_is_one_event_of_each_account_without_a_secret(cast: Cast) -> None:
    cast.user("dana")
    for _ in range(2):
        access_keys.create_access_key(cast.system, user_name="dana")
    Account.objects.create(pk="210987654321")
    assert run("reencrypt_secrets") == "2 secrets are encrypted under the newest key.\n"
    made = Event.objects.filter(operation="ReencryptSecrets").order_by("account_id")
    assert [(event.account_id, event.parameters) for event in made] == [
        ("123456789012", {"done": 2, "lost": []}),
        ("210987654321", {"done": 0, "lost": []}),
    ]
    assert {event.principal.rpartition(":")[2] for event in made} == {"system/reencrypt-secrets"}


def test_secrets_whose_key_is_gone_are_named_and_kept(cast: Cast, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    cast.user("dana")
    new = access_keys.create_access_key(cast.system, user_name="dana")
    settings.ENCRYPTION_KEYS = [NEW]
    assert access_keys.first_unreadable() == new.key.id
    said = StringIO()
    with pytest.raises(CommandError, match=new.key.id):
        call_command("reencrypt_secrets", stdout=said)
    assert said.getvalue() == ""
    assert AccessKey.objects.get().secret == new.key.secret


def test_nothing_starts_without_a_key(settings: Any) -> None:
    assert encryption_keys() == []
    settings.ENCRYPTION_KEYS = []
    assert encryption_keys()[0].msg.startswith("GRANTBOOK_ENCRYPTION_KEYS is not set.")


def test_nothing_starts_with_a_wrong_key_which_is_not_shown(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [NEW, "a-wrong-one"]
    error = encryption_keys()[0]
    assert error.msg == "GRANTBOOK_ENCRYPTION_KEYS is not understood: key 2 of 2 is no Fernet key."
    assert "a-wrong-one" not in str(error)


def test_an_operator_makes_a_key_which_is_recorded(cast: Cast) -> None:
    cast.user("dana")
    pair = json.loads(run("create_access_key", "dana"))
    row = AccessKey.objects.get(user__name="dana")
    assert (pair["AccessKeyId"], pair["UserName"]) == (row.id, "dana")
    assert encryption.decrypt(row.id, row.secret) == pair["SecretAccessKey"]
    event = Event.objects.get(operation="CreateAccessKey")
    assert event.principal.endswith(":system/create-access-key")
    assert pair["SecretAccessKey"] not in str(list(Event.objects.values()))


def test_an_operator_is_told_what_is_wrong(cast: Cast) -> None:
    with pytest.raises(CommandError, match="The user with name dana"):
        run("create_access_key", "dana")
    with pytest.raises(CommandError, match="--account"):
        run("create_access_key", "dana", "--account", "999999999999")


def test_an_account_id_of_another_form_is_refused(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRANTBOOK_ACCOUNT_ID", "1234")
    with pytest.raises(CommandError, match="must be twelve digits"):
        run("bootstrap")
