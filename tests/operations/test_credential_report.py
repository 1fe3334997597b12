"""The credential report: AWS's columns, and its states."""

import csv
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from django.utils import timezone

from policies_app.models import AccessKey, CredentialReport, PasswordPolicy, User
from policies_app.operations import access_keys, credential_report, credentials
from policies_app.operations.calls import Call
from policies_app.operations.errors import ReportExpired, ReportInProgress, ReportNotPresent
from tests.factories import Cast, call_of

LONG_AGO = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
WRITTEN = "2026-01-02T03:04:05+00:00"


@pytest.fixture
def call(cast: Cast) -> Call:
    return call_of(cast.user("auditor", "iam:*"))


def rows(cast: Cast) -> dict[str, dict[str, str]]:
    credential_report.write(cast.account.pk)
    lines = csv.DictReader(CredentialReport.objects.get().content.splitlines())
    return {line["user"]: line for line in lines}


def test_the_account_comes_first_in_all_columns(cast: Cast) -> None:
    cast.user("dana")
    credential_report.write(cast.account.pk)
    header, root, dana = CredentialReport.objects.get().content.split("\n")
    assert header.count(",") == root.count(",") == dana.count(",") == 21
    created = cast.account.created.astimezone(UTC).isoformat(timespec="seconds")
    assert root == (
        f"<root_account>,arn:aws:iam::123456789012:root,{created},not_supported,no_information,not_supported,"
        "not_supported,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    )


def test_who_has_nothing_has_no_dates(cast: Cast) -> None:
    User.objects.filter(pk=cast.user("dana").pk).update(created=LONG_AGO)
    dana = rows(cast)["dana"]
    assert dana["arn"] == "arn:aws:iam::123456789012:user/dana"
    assert dana["user_creation_time"] == WRITTEN
    assert [dana[f"password_{each}"] for each in ("enabled", "last_used", "last_changed", "next_rotation")] == [
        "false",
        "N/A",
        "N/A",
        "N/A",
    ]


def test_a_password_has_its_dates_and_its_next_rotation(cast: Cast) -> None:
    dana = cast.user("dana")
    credentials.create_login_profile(cast.system, user_name="dana", password="a-long-and-odd-one-7")
    assert rows(cast)["dana"]["password_last_used"] == "no_information"
    User.objects.filter(pk=dana.pk).update(last_login=LONG_AGO, password_changed=LONG_AGO)
    PasswordPolicy.objects.create(account=cast.account, max_age=30)
    found = rows(cast)["dana"]
    assert (found["password_enabled"], found["password_last_used"]) == ("true", WRITTEN)
    assert found["password_next_rotation"] == "2026-02-01T03:04:05+00:00"


def test_keys_stand_in_the_order_they_were_made(cast: Cast) -> None:
    cast.user("dana")
    first = access_keys.create_access_key(cast.system, user_name="dana").key
    second = access_keys.create_access_key(cast.system, user_name="dana").key
    AccessKey.objects.filter(pk=first.pk).update(created=LONG_AGO, is_active=False)
    use = {"last_used": LONG_AGO, "last_used_region": "eu-west-1", "last_used_service": "iam"}
    AccessKey.objects.filter(pk=second.pk).update(**use)
    found = rows(cast)["dana"]
    assert (found["access_key_1_active"], found["access_key_1_last_rotated"]) == ("false", WRITTEN)
    assert (found["access_key_1_last_used_date"], found["access_key_1_last_used_service"]) == ("N/A", "N/A")
    assert (found["access_key_2_active"], found["access_key_2_last_used_date"]) == ("true", WRITTEN)
    assert (found["access_key_2_last_used_region"], found["access_key_2_last_used_service"]) == ("eu-west-1", "iam")


def test_a_name_that_means_something_to_csv_stays_one_field(cast: Cast) -> None:
    cast.user("a,b=c@d")
    assert "a,b=c@d" in rows(cast)


def test_a_second_request_while_it_is_written_starts_nothing(call: Call) -> None:
    assert credential_report.generate_credential_report(call).state == "STARTED"
    assert credential_report.generate_credential_report(call).state == "INPROGRESS"
    with pytest.raises(ReportInProgress):
        credential_report.get_credential_report(call)


def test_a_report_that_never_came_is_started_again(call: Call) -> None:
    with pytest.raises(ReportNotPresent):
        credential_report.get_credential_report(call)
    credential_report.generate_credential_report(call)
    CredentialReport.objects.update(started=timezone.now() - timedelta(minutes=11))
    with pytest.raises(ReportNotPresent):
        credential_report.get_credential_report(call)
    assert credential_report.generate_credential_report(call).state == "STARTED"


def test_a_report_holds_for_four_hours(call: Call) -> None:
    credential_report.write(call.account_id)
    assert credential_report.generate_credential_report(call).state == "COMPLETE"
    CredentialReport.objects.update(generated=timezone.now() - timedelta(hours=4, seconds=1))
    with pytest.raises(ReportExpired):
        credential_report.get_credential_report(call)
    assert credential_report.generate_credential_report(call).state == "STARTED"


@pytest.mark.django_db(transaction=True)
def test_a_report_that_was_started_is_there_soon(call: Call) -> None:
    credential_report.generate_credential_report(call)
    end = monotonic() + 10
    while credential_report.generate_credential_report(call).state != "COMPLETE" and monotonic() < end:
        sleep(0.02)
    assert "auditor" in credential_report.get_credential_report(call).content
