"""The account's pages: alias, password policy, quotas, credential report, authorization details."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from policies_app.models import Account, CredentialReport, PasswordPolicy
from policies_app.operations import (
    accounts,
    attachments,
    credential_report,
    instance_profiles,
    password_policy,
    summary,
)
from tests.factories import Cast, document
from tests.web.recorded import outcomes

POLICY = {"minimum_password_length": "14", "require_numbers": "on", "require_symbols": "on"}


@pytest.fixture
def written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report, without the thread that writes it."""
    monkeypatch.setattr(credential_report, "_write_aside", credential_report.write)


# Alias --------------------------------------------------------------------------------------------------------------


def test_the_overview_tells_id_alias_and_where_to_sign_in(admin: Client, sample: Cast) -> None:
    accounts.create_account_alias(sample.system, account_alias="the-company")
    page = admin.get("/account/").text
    assert 'data-copy="123456789012"' in page
    assert 'data-copy="http://testserver/sign-in/?account=the-company"' in page
    assert 'data-copy="http://testserver/sign-in/?account=123456789012"' in page


def test_the_sign_in_address_fills_in_the_account(admin: Client) -> None:
    accounts.create_account("999999999999")
    assert 'value="the-company"' in Client().get("/sign-in/?account=the-company").text


def test_an_alias_is_set_changed_and_deleted(admin: Client, sample: Cast) -> None:
    for name in ("the-company", "another-name"):
        assert admin.post("/account/alias/", {"account_alias": name}, follow=True).status_code == 200
        assert Account.objects.get().alias == name
    assert "The alias <strong>another-name</strong> goes" in admin.get("/account/alias/").text
    wrong = admin.post("/account/alias/~delete/", {"typed_name": "the-company"})
    assert wrong.status_code == 422
    assert "?account=another-name" in wrong.text
    admin.post("/account/alias/~delete/", {"typed_name": "another-name"})
    assert Account.objects.get().alias is None
    assert outcomes("DeleteAccountAlias") == ["success"]


@pytest.mark.parametrize(
    ("alias", "said"),
    [("Upper", "constraint"), ("a--b", "constraint"), ("123412341234", "must not look like"), ("", "required")],
)
def test_a_bad_alias_is_said_to_be_bad_beside_its_field(admin: Client, alias: str, said: str) -> None:
    answer = admin.post("/account/alias/", {"account_alias": alias})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{alias}"' in answer.text or not alias


def test_an_alias_that_is_taken_is_said_to_be(admin: Client) -> None:
    accounts.create_account_alias(
        accounts.system_call(accounts.create_account("999999999999"), "tests"), account_alias="taken"
    )
    answer = admin.post("/account/alias/", {"account_alias": "taken"})
    assert answer.status_code == 422
    assert "already exists" in answer.text


def test_deleting_the_alias_of_an_account_without_one_leads_back(admin: Client) -> None:
    assert admin.get("/account/alias/~delete/")["Location"] == "/account/"


# Password policy ----------------------------------------------------------------------------------------------------


def test_without_a_policy_awss_default_is_told(admin: Client) -> None:
    page = admin.get("/account/password-policy/").text
    assert "default</span>" in page
    assert "Back to the default" not in page


def test_a_policy_is_made_and_told_in_words(admin: Client) -> None:
    terms = {"expires": "on", "max_password_age": "90", "hard_expiry": "on", "prevents_reuse": "on"}
    admin.post("/account/password-policy/~edit/", POLICY | terms | {"password_reuse_prevention": "5"})
    policy = PasswordPolicy.objects.get()
    assert (policy.minimum_length, policy.max_age, policy.reuse_prevention) == (14, 90, 5)
    assert (policy.require_numbers, policy.require_symbols, policy.require_uppercase) == (True, True, False)
    page = admin.get("/account/password-policy/").text
    for words in (
        "<strong>14</strong> characters",
        "<strong>90</strong> days",
        "only an administrator",
        "last <strong>5",
    ):
        assert words in page
    form = admin.get("/account/password-policy/~edit/").text
    assert 'value="90"' in form


def test_numbers_without_their_tick_count_for_nothing(admin: Client) -> None:
    admin.post("/account/password-policy/~edit/", POLICY | {"max_password_age": "90", "password_reuse_prevention": "5"})
    policy = PasswordPolicy.objects.get()
    assert (policy.max_age, policy.reuse_prevention, policy.hard_expiry) == (None, None, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minimum_password_length": "5"}, "greater than or equal to 6"),
        ({"minimum_password_length": "129"}, "less than or equal to 128"),
        ({"expires": "on"}, "Say how many."),
        ({"expires": "on", "max_password_age": "1096"}, "less than or equal to 1095"),
        ({"prevents_reuse": "on", "password_reuse_prevention": "25"}, "less than or equal to 24"),
        ({"hard_expiry": "on"}, "Only where passwords expire."),
    ],
)
def test_what_aws_does_not_take_is_said_beside_its_field(admin: Client, wrong: dict[str, str], said: str) -> None:
    answer = admin.post("/account/password-policy/~edit/", POLICY | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert not PasswordPolicy.objects.exists()


def test_the_policy_goes_back_to_the_default_when_that_is_typed(admin: Client, sample: Cast) -> None:
    password_policy.update_account_password_policy(sample.system)
    assert admin.post("/account/password-policy/~delete/", {"typed_name": "no"}).status_code == 422
    assert PasswordPolicy.objects.exists()
    admin.post("/account/password-policy/~delete/", {"typed_name": "default"})
    assert not PasswordPolicy.objects.exists()


def test_buttons_that_would_be_refused_say_so(signed_in: Callable[[str], Client], sample: Cast) -> None:
    sample.user("reader", "iam:GetAccountPasswordPolicy")
    password_policy.update_account_password_policy(sample.system)
    page = signed_in("reader").get("/account/password-policy/").text
    assert page.count('aria-disabled="true"') == 2
    assert "iam:UpdateAccountPasswordPolicy" in page
    assert signed_in("reader").get("/account/password-policy/~edit/").status_code == 403


# Quotas -------------------------------------------------------------------------------------------------------------


def test_quotas_tell_what_is_used_and_what_is_nearly_full(
    admin: Client, sample: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(summary.QUOTAS, "UsersQuota", 5)
    page = admin.get("/account/quotas/").text
    assert 'max="5" aria-label="Users: 80 %"' in page
    assert "Nearly full" in page


def test_who_has_used_most_is_found_when_it_is_asked(admin: Client, sample: Cast) -> None:
    for number in range(8):
        attachments.attach_user_policy(sample.system, user_name="bob", policy_arn=sample.policy(f"P{number}").arn)
    page = admin.get("/account/quotas/?fullest=1").text
    assert '<a href="/users/bob/">bob</a>' in page
    assert "Nearly full" in page
    part = admin.get("/account/quotas/?fullest=1", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert '<a href="/users/bob/">bob</a>' in part


def test_quotas_take_a_fixed_number_of_queries(
    admin: Client, sample: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admin.get("/account/quotas/?fullest=1")
    for grow in (False, True):
        for number in range(5 if grow else 0):
            sample.user(f"u{number}")
            sample.group(f"g{number}", f"u{number}")
            sample.attach(f"u{number}", sample.policy(f"p{number}"))
        with django_assert_num_queries(15):
            admin.get("/account/quotas/?fullest=1")


# Credential report --------------------------------------------------------------------------------------------------


def test_a_report_is_generated_told_and_downloaded_in_awss_columns(
    admin: Client, written_at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    assert "There is none yet." in admin.get("/account/credential-report/").text
    with django_capture_on_commit_callbacks(execute=True):
        admin.post("/account/credential-report/~generate/")
    assert "just now" in admin.get("/account/credential-report/").text
    answer = admin.get("/account/credential-report/credential-report.csv")
    rows = list(csv.reader(StringIO(answer.text)))
    assert tuple(rows[0]) == credential_report.COLUMNS
    assert {"<root_account>", "alice", "admin"} <= {row[0] for row in rows}
    assert "attachment" in answer["Content-Disposition"]


def test_a_report_that_is_being_written_asks_again_with_and_without_javascript(admin: Client, sample: Cast) -> None:
    CredentialReport.objects.create(account=sample.account)
    page = admin.get("/account/credential-report/").text
    assert 'hx-trigger="load delay:2s"' in page
    assert 'href="/account/credential-report/">Look again</a>' in page
    assert "<html" not in admin.get("/account/credential-report/", headers={"HX-Request": "true"}).text
    assert admin.get("/account/credential-report/credential-report.csv").status_code == 400


def test_an_old_report_is_said_to_be_old(admin: Client, sample: Cast) -> None:
    CredentialReport.objects.create(account=sample.account, generated=timezone.now() - timedelta(hours=5), content="x")
    assert "more than four hours old" in admin.get("/account/credential-report/").text


# Authorization details ----------------------------------------------------------------------------------------------

FILE = "/account/authorization-details/authorization-details.json"


def details(client: Client, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b"".join(client.get(FILE + query)))
    return found


def test_details_are_what_aws_cli_prints(admin: Client, sample: Cast) -> None:
    sample.user("dana", "s3:GetObject")
    own = sample.policy("Own")
    sample.attach("dana", own)
    instance_profiles.create_instance_profile(sample.system, instance_profile_name="box")
    instance_profiles.add_role_to_instance_profile(sample.system, instance_profile_name="box", role_name="ChimeSupport")
    found = details(admin)
    assert list(found) == ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"]
    dana = next(user for user in found["UserDetailList"] if user["UserName"] == "dana")
    assert dana["UserPolicyList"] == [{"PolicyName": "Given", "PolicyDocument": json.loads(document("s3:GetObject"))}]
    assert dana["AttachedManagedPolicies"] == [{"PolicyName": "Own", "PolicyArn": own.arn}]
    assert str(dana["CreateDate"]).endswith("+00:00")
    role = next(role for role in found["RoleDetailList"] if role["RoleName"] == "ChimeSupport")
    assert role["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
    assert role["InstanceProfileList"][0]["Roles"][0]["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
    mine = next(policy for policy in found["Policies"] if policy["PolicyName"] == "Own")
    assert mine["PolicyVersionList"][0]["Document"] == json.loads(document("s3:GetObject"))
    assert "PermissionsBoundary" not in dana


def test_details_hold_all_pages(admin: Client, sample: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = details(admin)
    monkeypatch.setattr("console.authorization_details.READ_AT_ONCE", 2)
    assert details(admin) == whole


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("?filter=User", {"UserDetailList"}),
        ("?filter=Role", {"RoleDetailList"}),
        ("?filter=Group&filter=LocalManagedPolicy", {"GroupDetailList", "Policies"}),
        ("?filter=AWSManagedPolicy", {"Policies"}),
    ],
)
def test_details_are_narrowed_to_kinds(admin: Client, query: str, held: set[str]) -> None:
    assert {name for name, rows in details(admin, query).items() if rows} == held


def test_details_of_a_kind_that_is_none_are_refused(admin: Client) -> None:
    assert admin.get(f"{FILE}?filter=Car").status_code == 400


def test_details_are_refused_with_a_page(carol: Client) -> None:
    answer = carol.get(FILE)
    assert answer.status_code == 403
    assert "iam:GetAccountAuthorizationDetails" in answer.text
    assert outcomes("GetAccountAuthorizationDetails") == ["refused"]
