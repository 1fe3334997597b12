"""What a trust policy starts from, on the form of a new role and on that of a role's own policy."""

import json
import re

import pytest
from django.test import Client

from policies_app.engine.catalog.service_linked_roles import service_linked_roles
from policies_app.engine.catalog.service_principals import service_principals
from policies_app.models import Role
from tests.factories import ACCOUNT, TRUST, Cast

NEW, OWN = "/roles/~create/", "/roles/ChimeSupport/~trust/~edit/"
FIELD = {NEW: "assume_role_policy_document", OWN: "policy_document"}
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OTHER = {"Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
GITHUB = "token.actions.githubusercontent.com"
WEB, SAML = {"Action": "sts:AssumeRoleWithWebIdentity"}, {"Action": "sts:AssumeRoleWithSAML"}


def shown(page, address: str) -> str:
    return str(page.context["form"][FIELD[address]].value())


def started(page) -> str:
    return str(page.context["starting"].started)


def put_in(client: Client, address: str, way: str, text: str | None = None, **typed: str):
    """As somebody does who has opened the page, and typed the text there if one is given."""
    page = client.get(address)
    sent = {"started": started(page), FIELD[address]: shown(page, address) if text is None else text}
    sent |= {"role_name": "Auditor", "path": "/", "trust-way": way, "start": "trust"}
    return client.post(address, sent | {f"trust-{name}": value for name, value in typed.items()})


@pytest.mark.parametrize("address", FIELD)
@pytest.mark.parametrize(
    ("way", "typed", "statement"),
    [
        (
            "service",
            {"service": "ec2.amazonaws.com"},
            {"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ),
        ("own", {}, {"Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}),
        (
            "own",
            {"names": f"user/alice\r\n\r\n arn:aws:iam::{ACCOUNT}:role/x ", "mfa": "on"},
            {
                "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:user/alice", f"arn:aws:iam::{ACCOUNT}:role/x"]},
                "Action": "sts:AssumeRole",
                "Condition": MFA,
            },
        ),
        ("other", {"account": "2109-8765-4321"}, OTHER),
        (
            "other",
            {"account": "210987654321", "external_id": "7", "mfa": "on"},
            OTHER | {"Condition": {"StringEquals": {"sts:ExternalId": "7"}} | MFA},
        ),
        (
            "web",
            {"provider": "accounts.google.com", "audience": "app"},
            WEB
            | {
                "Principal": {"Federated": "accounts.google.com"},
                "Condition": {"StringEquals": {"accounts.google.com:aud": "app"}},
            },
        ),
        (
            "web",
            {"provider": f"https://{GITHUB}/", "audience": "sts.amazonaws.com", "subject": "repo:acme/site:*"},
            WEB
            | {
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
                "Condition": {
                    "StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"},
                    "StringLike": {f"{GITHUB}:sub": "repo:acme/site:*"},
                },
            },
        ),
        (
            "saml",
            {"saml_provider": "Okta"},
            SAML
            | {
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/Okta"},
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            },
        ),
    ],
)
def test_a_start_makes_a_document_without_errors_to_go_on_from(admin: Client, address, way, typed, statement):
    page = put_in(admin, address, way, **typed)
    assert page.status_code == 200
    assert json.loads(shown(page, address))["Statement"] == [{"Effect": "Allow", **statement}]
    assert not [found for found in page.context["findings"] if found.type == "ERROR"]
    assert not Role.objects.filter(name="Auditor").exists()


@pytest.mark.parametrize("address", FIELD)
def test_a_custom_one_says_what_it_lacks(admin: Client, address):
    page = put_in(admin, address, "custom")
    assert "names nobody" in page.text


@pytest.mark.parametrize(
    ("way", "typed", "field"),
    [
        ("service", {}, "service"),
        ("other", {"account": "12"}, "account"),
        ("other", {}, "account"),
        ("web", {"provider": "accounts.google.com"}, "audience"),
        ("saml", {}, "saml_provider"),
        ("nonsense", {}, "way"),
    ],
)
def test_what_is_missing_is_told_beside_its_field_and_the_text_stays(admin: Client, way, typed, field):
    before = shown(admin.get(NEW), NEW)
    page = put_in(admin, NEW, way, **typed)
    assert field in page.context["starting"].form.errors
    assert shown(page, NEW) == before


@pytest.mark.parametrize("address", FIELD)
def test_a_changed_text_is_replaced_only_after_asking(admin: Client, address):
    mine = TRUST.replace("Allow", "Deny")
    page = put_in(admin, address, "own", mine)
    assert "Replace your text?" in page.text
    assert shown(page, address) == mine
    sent = {"trust-way": "own", FIELD[address]: mine, "started": started(page), "replace": "trust"}
    assert '"Allow"' in shown(admin.post(address, sent), address)


def test_what_else_was_typed_stays(admin: Client):
    page = put_in(admin, NEW, "service", service="lambda.amazonaws.com")
    assert 'value="Auditor"' in page.text
    assert re.search(r'<input[^>]*value="service"[^>]*checked', page.text)


@pytest.mark.parametrize("address", FIELD)
def test_a_name_of_nobody_is_among_the_findings_with_its_place(admin: Client, address):
    typed = TRUST.replace("root", "user/nobody")
    sent = {"role_name": "Auditor", "path": "/", "max_session_duration": "3600", FIELD[address]: typed}
    if address == OWN:
        sent["base_sha256"] = Role.objects.get(name="ChimeSupport").trust_document_id
    page = admin.post(address, sent)
    assert page.status_code == 422
    assert page.context["findings"][0].code == "INVALID_PRINCIPAL_REFERENCE"
    assert ">INVALID_PRINCIPAL_REFERENCE<" in page.text


def test_a_name_of_nobody_is_found_while_typing_for_who_may_set_trust_policies(admin: Client, bob: Client):
    typed = {"policy_document": TRUST.replace("root", "user/nobody")}
    assert "INVALID_PRINCIPAL_REFERENCE" in admin.post("/policies/~check/?kind=trust", typed).text
    assert "INVALID_PRINCIPAL_REFERENCE" not in bob.post("/policies/~check/?kind=trust", typed).text


@pytest.mark.parametrize("seconds", ["3600", "18000", "39600", "43200"])
def test_a_session_takes_any_number_of_hours_up_to_twelve(admin: Client, sample: Cast, seconds):
    answer = admin.post("/roles/ChimeSupport/~edit/", {"description": "", "max_session_duration": seconds})
    assert answer.status_code == 302
    assert Role.objects.get(name="ChimeSupport").max_session_duration == int(seconds)


def test_services_are_offered_once_each_and_in_order():
    assert list(service_principals()) == sorted(set(service_principals()))
    assert set(service_linked_roles()) <= set(service_principals())
