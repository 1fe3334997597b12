"""A trust policy means whom it named when it was saved, and nobody who has the name later."""

import json
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from policies_app.models import Account, Role
from policies_app.operations import inline_policies, roles, users
from policies_app.operations.accounts import system_call
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, MalformedPolicyDocument
from policies_app.operations.role_sessions import AssumedRole, assume_role
from tests.factories import ACCOUNT, Cast, call_of, document

ELSEWHERE = "999999999999"


def statement(*arns: str, effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Principal": {"AWS": list(arns)}, "Action": "sts:AssumeRole"}


def trusting(cast: Cast, *statements: dict[str, Any], name: str = "vault") -> Role:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return roles.create_role(cast.system, role_name=name, assume_role_policy_document=text)


def enter(call: Call, role: Role) -> AssumedRole:
    return assume_role(call, role_arn=role.arn, role_session_name="nightly")


def is_let_in(call: Call, role: Role) -> bool:
    try:
        return bool(enter(call, role))
    except AccessDenied:
        return False


def test_a_user_made_again_under_a_trusted_name_is_not_let_in(cast: Cast) -> None:
    victim = cast.user("victim")
    vault = trusting(cast, statement(victim.arn))
    assert is_let_in(call_of(victim), vault)
    users.delete_user(cast.system, user_name="victim")
    assert not is_let_in(call_of(cast.user("victim", "sts:AssumeRole")), vault)


def test_a_renamed_user_is_let_in_and_who_takes_the_old_name_is_not(cast: Cast) -> None:
    victim = cast.user("victim")
    vault = trusting(cast, statement(victim.arn))
    renamed = users.update_user(cast.system, user_name="victim", new_user_name="moved")
    assert is_let_in(call_of(renamed), vault)
    assert not is_let_in(call_of(cast.user("victim", "sts:AssumeRole")), vault)


@pytest.mark.parametrize("arn", ["arn:aws:iam::{}:role/worker", "arn:aws:sts::{}:assumed-role/worker/nightly"])
def test_sessions_of_a_role_made_again_under_a_trusted_name_are_not_let_in(cast: Cast, arn: str) -> None:
    def session_of_a_new_worker() -> Call:
        worker = trusting(cast, statement(cast.account.pk), name="worker")
        inline_policies.put_role_policy(
            cast.system, role_name="worker", policy_name="Go", policy_document=document("sts:AssumeRole")
        )
        return Call.by_role_session(worker, enter(call_of(dana), worker).session)

    dana = cast.user("dana", "sts:AssumeRole")
    first = session_of_a_new_worker()
    vault = trusting(cast, statement(arn.format(ACCOUNT)))
    assert is_let_in(first, vault)
    inline_policies.delete_role_policy(cast.system, role_name="worker", policy_name="Go")
    roles.delete_role(cast.system, role_name="worker")
    assert not is_let_in(session_of_a_new_worker(), vault)


def test_a_trust_policy_saved_again_means_the_new_user(cast: Cast) -> None:
    vault = trusting(cast, statement(cast.user("victim").arn))
    users.delete_user(cast.system, user_name="victim")
    again = cast.user("victim")
    text = vault.trust_document.text
    vault = roles.update_assume_role_policy(cast.system, role_name="vault", policy_document=text)
    assert is_let_in(call_of(again), vault)


def test_a_deny_keeps_out_both_whom_it_named_and_who_has_the_name_now(cast: Cast) -> None:
    victim = cast.user("victim", "sts:AssumeRole")
    vault = trusting(cast, statement(ACCOUNT), statement(victim.arn, effect="Deny"))
    renamed = users.update_user(cast.system, user_name="victim", new_user_name="moved")
    namesake = cast.user("victim", "sts:AssumeRole")
    assert [is_let_in(call_of(user), vault) for user in (renamed, namesake)] == [False, False]
    assert is_let_in(call_of(cast.user("dana", "sts:AssumeRole")), vault)


@pytest.mark.parametrize("principal", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root", "*"])
def test_who_is_let_in_through_the_account_or_as_everybody_may_be_made_again(cast: Cast, principal: str) -> None:
    vault = trusting(cast, statement(principal, cast.user("victim").arn))
    users.delete_user(cast.system, user_name="victim")
    assert is_let_in(call_of(cast.user("victim", "sts:AssumeRole")), vault)


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:user/nobody",
        f"arn:aws:iam::{ACCOUNT}:user/eng/dana",
        f"arn:aws:iam::{ACCOUNT}:user/Dana",
        f"arn:aws:iam::{ACCOUNT}:role/dana",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/dana/nightly",
    ],
)
def test_who_is_not_there_is_refused_with_the_place(cast: Cast, arn: str) -> None:
    dana = cast.user("dana")
    with pytest.raises(MalformedPolicyDocument) as raised:
        trusting(cast, statement(dana.arn, arn))
    (finding,) = raised.value.findings
    assert (finding.code, finding.path) == ("INVALID_PRINCIPAL_REFERENCE", ("Statement", 0, "Principal", "AWS", 1))
    assert raised.value.text[finding.span.start.offset : finding.span.end.offset] == f'"{arn}"'


def test_of_an_account_that_is_not_here_every_name_is_taken(cast: Cast) -> None:
    arns = [f"arn:aws:iam::{ELSEWHERE}:user/eve", f"arn:aws:iam::{ELSEWHERE}:role/it"]
    assert trusting(cast, statement(*arns)).trusted_ids == {}


def test_of_another_account_that_is_here_a_name_means_who_has_it(cast: Cast) -> None:
    away = system_call(Account.objects.create(pk=ELSEWHERE), "tests")
    eve = users.create_user(away, user_name="eve")
    assert trusting(cast, statement(eve.arn)).trusted_ids == {eve.arn: eve.unique_id}
    with pytest.raises(MalformedPolicyDocument, match="`arn:aws:iam::999999999999:user/adam` is no user"):
        trusting(cast, statement(eve.arn.replace("eve", "adam")), name="other")


def test_the_migration_keeps_who_has_the_names_and_leaves_out_nobody(cast: Cast) -> None:
    dana, gone = cast.user("dana"), cast.user("gone")
    away = f"arn:aws:iam::{ELSEWHERE}:user/eve"
    arns = (dana.arn, gone.arn, cast.role("it").arn, f"arn:aws:sts::{ACCOUNT}:assumed-role/it/nightly", away)
    vault = trusting(cast, statement(*arns))
    kept = vault.trusted_ids | {gone.arn: ""}
    users.delete_user(cast.system, user_name="gone")
    Role.objects.update(trusted_ids={})
    import_module("policies_app.migrations.0006_trusted_ids").resolve(apps, None)
    vault.refresh_from_db()
    assert vault.trusted_ids == kept
    assert not is_let_in(call_of(cast.user("gone", "sts:AssumeRole")), vault)
