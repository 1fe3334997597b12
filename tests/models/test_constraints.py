"""What the database itself refuses, whoever writes: the same on SQLite and PostgreSQL."""

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from policies_app.models import (
    Account,
    Document,
    Group,
    Identity,
    InstanceProfile,
    PasswordPolicy,
    Policy,
    PolicyVersion,
    Role,
    User,
)
from policies_app.models.unique_ids import ALPHABET
from policies_app.operations.managed_policies import load_managed_policies
from tests.company import OWN
from tests.factories import ACCOUNT, TRUST, Cast
from tests.sample import POLICIES


def user(name: str, **values: object) -> User:
    return User.objects.create(**{"account_id": ACCOUNT, "name": name} | values)


def role(name: str, **values: object) -> Role:
    return Role.objects.create(account_id=ACCOUNT, name=name, trust_document=Document.store(TRUST), **values)


def policy(name: str, **values: object) -> Policy:
    return Policy.objects.create(**{"account_id": ACCOUNT, "name": name} | values)


def profile(name: str, **values: object) -> InstanceProfile:
    return InstanceProfile.objects.create(account_id=ACCOUNT, name=name, **values)


def dana() -> User:
    return User.objects.get(name="dana")


def own() -> Policy:
    return Policy.objects.get(name="Own")


def version(**values: object) -> PolicyVersion:
    return own().versions.create(document=Document.store("{}"), **values)


# The constraint that refuses, or the column by which SQLite names one, and what it refuses.
REFUSED: dict[str, tuple[str, Callable[[], object]]] = {
    "an account of 11 digits": ("account_id_has_12_digits", lambda: Account.objects.create(pk="1" * 11)),
    "an alias twice": ("alias", lambda: [Account.objects.create(pk=str(n) * 12, alias="acme") for n in (2, 3)]),
    "a user's name in another case": ("identity_name_unique", lambda: user("DANA")),
    "a group's name in another case": (
        "identity_name_unique",
        lambda: Group.objects.create(account_id=ACCOUNT, name="Devs"),
    ),
    "a role's name in another case": ("identity_name_unique", lambda: role("Builder")),
    "a policy's name in another case": (r"\bpolicy_name_unique", lambda: policy("OWN")),
    "an AWS managed policy's name in another case": (
        "aws_policy_name_unique",
        lambda: policy("iamfullaccess", account_id=None),
    ),
    "an identity without a name": ("identity_has_name", lambda: user("")),
    "a policy without a name": ("policy_has_name", lambda: policy("")),
    "an identity's path without slashes": ("identity_path_has_slashes", lambda: user("fred", path="eng")),
    "a policy's path without slashes": ("policy_path_has_slashes", lambda: policy("Fresh", path="eng")),
    "a kind that is not one": (
        "identity_kind_known",
        lambda: Identity.objects.filter(name="dana").update(kind="thing"),
    ),
    "a group with a boundary": (
        "group_has_no_boundary",
        lambda: Identity.objects.filter(name="devs").update(boundary=own()),
    ),
    "a unique id twice": ("unique_id", lambda: user("fred", unique_id=dana().unique_id, kind="user")),
    "an instance profile's name in another case": ("instance_profile_name_unique", lambda: profile("BOX")),
    "an instance profile without a name": ("instance_profile_has_name", lambda: profile("")),
    "an instance profile's path without slashes": (
        "instance_profile_path_has_slashes",
        lambda: profile("crate", path="ci"),
    ),
    "a tag key of an instance profile in another case": (
        "instance_profile_tag_key_unique",
        lambda: [InstanceProfile.objects.get(name="box").tags.create(key=key) for key in ("team", "Team")],
    ),
    "a password policy that asks for 5 characters": (
        "password_policy_within_aws_limits",
        lambda: PasswordPolicy.objects.update(minimum_length=5),
    ),
    "a password that lasts for 0 days": (
        "password_policy_within_aws_limits",
        lambda: PasswordPolicy.objects.update(max_age=0),
    ),
    "a memory for 25 passwords": (
        "password_policy_within_aws_limits",
        lambda: PasswordPolicy.objects.update(reuse_prevention=25),
    ),
    "a session of less than an hour": ("role_session_1_to_12", lambda: role("runner", max_session_duration=3599)),
    "a session of more than 12 hours": ("role_session_1_to_12", lambda: role("runner", max_session_duration=43201)),
    "a second default version": (
        r"policy_one_default_version|version\.policy_id$",
        lambda: version(number=3, is_default=True),
    ),
    "a version's number twice": (r"policy_version_number_unique|version\.number", lambda: version(number=2)),
    "a document whose key is no SHA-256": (
        "document_key_is_sha256",
        lambda: Document.objects.create(sha256="abc", text="{}"),
    ),
    "an attachment twice": (
        r"attachment_once|attachment\.policy_id",
        lambda: dana().attachments.create(policy=own()),
    ),
    "an inline policy's name twice": (
        r"inline_policy_name_unique|inlinepolicy\.name",
        lambda: dana().inline_policies.create(name="Inline", document=Document.store("{}")),
    ),
    "a membership twice": (
        r"membership_once|membership\.group_id",
        lambda: dana().memberships.create(group=Group.objects.get(name="devs")),
    ),
    "a policy's tag key in another case": (
        "policy_tag_key_unique",
        lambda: own().tags.create(key="TEAM", value="blue"),
    ),
    "an identity's tag key in another case": (
        "identity_tag_key_unique",
        lambda: [dana().tags.create(key=key) for key in ("team", "Team")],
    ),
}


@pytest.mark.parametrize(("constraint", "write"), REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(company: Cast, constraint: str, write: Callable[[], object]) -> None:
    load_managed_policies(POLICIES)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


ACCEPTED: dict[str, Callable[[], object]] = {
    "the same name for a user, a group and a role": lambda: [user("devs"), role("devs")],
    "the same names in another account": lambda: user("dana", account_id=Account.objects.create(pk="2" * 12).pk),
    "an AWS managed policy's name for one's own": lambda: policy("IAMFullAccess"),
    "an inline policy's name in another case": lambda: dana().inline_policies.create(
        name="INLINE", document=Document.store("{}")
    ),
    "a session of 12 hours": lambda: role("runner", max_session_duration=43200),
    "another version that is not the default": lambda: version(number=3),
}


@pytest.mark.parametrize("write", ACCEPTED.values(), ids=ACCEPTED)
def test_the_database_takes(company: Cast, write: Callable[[], object]) -> None:
    load_managed_policies(POLICIES)
    with transaction.atomic():
        assert write()


@pytest.mark.parametrize(
    ("prefix", "row"),
    [
        ("AIDA", dana),
        ("AGPA", lambda: Group.objects.get(name="devs")),
        ("AROA", lambda: Role.objects.get(name="builder")),
        ("ANPA", own),
    ],
)
def test_unique_ids_have_awss_form_of_21_characters(
    company: Cast, prefix: str, row: Callable[[], Identity | Policy]
) -> None:
    assert re.fullmatch(rf"{prefix}[{ALPHABET}]{{17}}", row().unique_id)


def test_aws_managed_policies_have_ids_of_the_same_form(company: Cast) -> None:
    load_managed_policies(POLICIES)
    ids = Policy.objects.filter(account=None).values_list("unique_id", flat=True)
    assert all(re.fullmatch(r"ANPA[A-Z0-9]{17}", each) for each in ids)


def test_arns_are_built_from_the_row(company: Cast) -> None:
    Identity.objects.filter(name="dana").update(path="/eng/", name="dora")
    assert User.objects.get(name="dora").arn == f"arn:aws:iam::{ACCOUNT}:user/eng/dora"
    assert own().arn == OWN


def test_a_document_is_stored_once_under_its_hash(company: Cast) -> None:
    assert Document.store(TRUST) == Document.store(TRUST)
    assert Document.objects.filter(text=TRUST).count() == 1


def test_what_is_in_use_is_not_deleted_with_its_use(company: Cast) -> None:
    with pytest.raises(ProtectedError):
        own().delete()
    with pytest.raises(ProtectedError):
        Document.objects.get(text=TRUST).delete()
