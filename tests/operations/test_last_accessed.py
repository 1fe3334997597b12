"""Service last accessed: what may be used, and what was, by the record."""

from typing import Any

import pytest
from django.utils import timezone

from policies_app.models import Event, LastAccessedReport, User
from policies_app.operations import attachments, events, inline_policies, users
from policies_app.operations import last_accessed as advisor
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, InvalidInput, NoSuchEntity
from tests.factories import ACCOUNT, Cast, call_of, document

DANA = f"arn:aws:iam::{ACCOUNT}:user/dana"
DEVS = f"arn:aws:iam::{ACCOUNT}:group/devs"


def report(call: Call, arn: str, granularity: str = "SERVICE_LEVEL") -> dict[str, Any]:
    made = advisor.generate_service_last_accessed_details(call, arn=arn, granularity=granularity)
    found = advisor.get_service_last_accessed_details(call, job_id=str(made.pk))
    return {service["namespace"]: service for service in found.page.items}


def act(user: User) -> None:
    """Read oneself, and be refused a change."""
    users.get_user(call_of(user), user_name=user.name)
    with pytest.raises(AccessDenied):
        users.create_user(call_of(user), user_name="more")
    events.reads.flush()


def test_services_that_are_allowed_are_listed_with_the_last_attempt(cast: Cast) -> None:
    dana = cast.user("dana", "iam:GetUser", "s3:GetObject")
    act(dana)
    found = report(cast.system, DANA)
    assert list(found) == ["iam", "s3"]
    last = Event.objects.filter(principal=DANA).latest("time").time
    assert found["iam"]["last"][:19] == last.isoformat()[:19]
    assert (found["iam"]["name"], found["iam"]["entity"]) == ("AWS Identity and Access Management (IAM)", DANA)
    assert (found["s3"]["last"], found["s3"]["entities"]) == (None, [])


def test_actions_are_told_when_asked_for(cast: Cast) -> None:
    act(cast.user("dana", "iam:Get*"))
    assert report(cast.system, DANA)["iam"]["actions"] == []
    actions = {action["name"]: action for action in report(cast.system, DANA, "ACTION_LEVEL")["iam"]["actions"]}
    assert actions["GetUser"]["entity"] == DANA
    assert actions["GetRole"]["last"] is None
    assert "CreateUser" not in actions


def test_of_a_group_and_a_policy_the_members_are_told_that_used_it(cast: Cast) -> None:
    policy = cast.policy("Reads", "iam:Get*")
    for name in ("dana", "erin"):
        cast.user(name, "iam:GetUser")
    cast.group("devs", "dana", "erin")
    attachments.attach_group_policy(cast.system, group_name="devs", policy_arn=policy.arn)
    act(User.objects.get(name="dana"))
    for arn in (DEVS, policy.arn):
        made = advisor.generate_service_last_accessed_details(cast.system, arn=arn)
        found = advisor.get_service_last_accessed_details_with_entities(
            cast.system, job_id=str(made.pk), service_namespace="iam"
        )
        assert [entity["arn"] for entity in found.page.items] == [DANA]


def test_a_role_used_what_its_sessions_used(cast: Cast) -> None:
    role = cast.role("builder")
    role.last_used = timezone.now()
    role.save()
    inline_policies.put_role_policy(
        cast.system, role_name="builder", policy_name="P", policy_document=document("iam:GetUser")
    )
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/builder/night"
    events.append([Event(account_id=ACCOUNT, time=timezone.now(), principal=session, operation="GetUser")])
    assert report(cast.system, role.arn)["iam"]["entity"] == role.arn


def test_pages_hold_every_service_once(cast: Cast) -> None:
    cast.user("dana", "iam:*", "s3:*", "ec2:*")
    made = advisor.generate_service_last_accessed_details(cast.system, arn=DANA)
    first = advisor.get_service_last_accessed_details(cast.system, job_id=str(made.pk), max_items=2).page
    rest = advisor.get_service_last_accessed_details(cast.system, job_id=str(made.pk), marker=first.next).page
    assert [service["namespace"] for service in (*first.items, *rest.items)] == ["ec2", "iam", "s3"]


def test_a_report_is_for_who_asked_for_it(cast: Cast) -> None:
    cast.user("dana")
    made = advisor.generate_service_last_accessed_details(cast.system, arn=DANA)
    other = call_of(cast.user("other", "iam:*"))
    for job_id in (str(made.pk), "x" * 36):
        with pytest.raises(NoSuchEntity, match=job_id):
            advisor.get_service_last_accessed_details(other, job_id=job_id)


def test_old_reports_are_forgotten(cast: Cast) -> None:
    cast.user("dana")
    advisor.generate_service_last_accessed_details(cast.system, arn=DANA)
    LastAccessedReport.objects.update(created=timezone.now() - advisor.KEPT * 2)
    made = advisor.generate_service_last_accessed_details(cast.system, arn=DANA)
    assert [row.pk for row in LastAccessedReport.objects.all()] == [made.pk]


@pytest.mark.parametrize(
    ("arn", "error"),
    [(DANA + "x", NoSuchEntity), (f"arn:aws:iam::{ACCOUNT}:policy/No", NoSuchEntity), ("a" * 20, InvalidInput)],
)
def test_an_arn_of_nothing_is_an_error(cast: Cast, arn: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        report(cast.system, arn)
