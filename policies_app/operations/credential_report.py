"""The credential report: one line of CSV for each user, as AWS writes it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

import csv
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from io import StringIO
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from policies_app.models import AccessKey, Account, CredentialReport, PasswordPolicy, User

from .calls import Call, operation
from .errors import ReportExpired, ReportInProgress, ReportNotPresent

logger = logging.getLogger(__name__)

KEPT: Final = timedelta(hours=4)
# A report that takes longer was given up: its process has ended.
GIVEN_UP: Final = timedelta(minutes=10)
BATCH: Final = 500

COLUMNS: Final = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
ABSENT, NO_INFORMATION, NOT_SUPPORTED = "N/A", "no_information", "not_supported"
NO_KEY: Final = ("false", ABSENT, ABSENT, ABSENT, ABSENT)
NO_CERTIFICATES: Final = ("false", ABSENT, "false", ABSENT)


class State(StrEnum):
    STARTED = "STARTED"
    IN_PROGRESS = "INPROGRESS"
    COMPLETE = "COMPLETE"


@dataclass(frozen=True, slots=True)
class Generation:
    state: State
    description: str = ""


@operation("GenerateCredentialReport")
def generate_credential_report(call: Call) -> Generation:
    """Start a report unless there is one that is not four hours old. It is written in a thread of its own."""
    call.authorize("*")
    report, is_new = CredentialReport.objects.select_for_update().get_or_create(account_id=call.account_id)
    now = timezone.now()
    if report.generated and now - report.generated < KEPT:
        return Generation(State.COMPLETE)
    if not is_new and not report.generated and now - report.started < GIVEN_UP:
        return Generation(State.IN_PROGRESS)
    report.started, report.generated, report.content = now, None, ""
    report.save()
    transaction.on_commit(partial(_write_aside, call.account_id))
    return Generation(State.STARTED, "No report exists. Starting a new report generation task")


@operation("GetCredentialReport", reads=True)
def get_credential_report(call: Call) -> CredentialReport:
    call.authorize("*")
    report = CredentialReport.objects.filter(account_id=call.account_id).first()
    if report is None or (not report.generated and timezone.now() - report.started > GIVEN_UP):
        raise ReportNotPresent("There is no credential report. Generate one with GenerateCredentialReport.")
    if report.generated is None:
        raise ReportInProgress("The credential report is still being generated.")
    if timezone.now() - report.generated > KEPT:
        raise ReportExpired("The credential report has expired. Generate one with GenerateCredentialReport.")
    return report


def _write_aside(account_id: str) -> None:
    threading.Thread(target=_write_and_close, args=[account_id], name="credential-report", daemon=True).start()


def _write_and_close(account_id: str) -> None:
    try:
        write(account_id)
    except Exception:  # the end of a thread: nobody else hears of it
        logger.exception("The credential report of %s was not written.", account_id)
    finally:
        connection.close()


def write(account_id: str) -> None:
    """Read the users in batches, and keep the report for `KEPT`."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    account = Account.objects.get(pk=account_id)
    writer.writerow(_of_root(account))
    writer.writerows(_of_users(account))
    CredentialReport.objects.update_or_create(
        account=account, defaults={"generated": timezone.now(), "content": text.getvalue().removesuffix("\n")}
    )


def _of_root(account: Account) -> tuple[str, ...]:
    """The root user is an account here and nobody signs in as it, so there is nothing of its password."""
    password = NOT_SUPPORTED, NO_INFORMATION, NOT_SUPPORTED, NOT_SUPPORTED
    head = "<root_account>", account.root_arn, _time(account.created)
    return *head, *password, "false", *NO_KEY, *NO_KEY, *NO_CERTIFICATES


def _of_users(account: Account) -> Iterator[tuple[str, ...]]:
    policy = PasswordPolicy.objects.filter(account=account).first()
    users = User.objects.filter(account=account).order_by("name__lower").prefetch_related("access_keys")
    for user in users.iterator(chunk_size=BATCH):
        keys = [_of_key(key) for key in sorted(user.access_keys.all(), key=lambda key: (key.created, key.id))]
        first, second = [*keys, NO_KEY, NO_KEY][:2]
        head = user.name, user.arn, _time(user.created)
        yield *head, *_of_password(user, policy), "false", *first, *second, *NO_CERTIFICATES


def _of_password(user: User, policy: PasswordPolicy | None) -> tuple[str, str, str, str]:
    """Enabled, last used, last changed, next rotation."""
    if not user.has_console_password:
        return "false", ABSENT, ABSENT, ABSENT
    used = _time(user.last_login) if user.last_login else NO_INFORMATION
    changed = user.password_changed or user.created
    rotation = _time(changed + timedelta(days=policy.max_age)) if policy and policy.max_age else ABSENT
    return "true", used, _time(changed), rotation


def _of_key(key: AccessKey) -> tuple[str, str, str, str, str]:
    """Active, last rotated, and when, where and for what it was last used."""
    use = (_time(key.last_used), key.last_used_region, key.last_used_service) if key.last_used else (ABSENT,) * 3
    return str(key.is_active).lower(), _time(key.created), *use


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")
