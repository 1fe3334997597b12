"""A page makes as many queries in a large account as in a small one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from policies_app.models import (
    Attachment,
    ConsoleSession,
    Document,
    Event,
    Group,
    Identity,
    IdentityTag,
    InlinePolicy,
    Membership,
    Policy,
    PolicyTag,
    PolicyVersion,
    Role,
    User,
)
from policies_app.operations import events
from tests.factories import TRUST, Cast, document
from tests.web.routes import PAGES, Route, caller

MORE = 8


def queries(client: Client, route: Route) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = route.ask(client)
        assert answer.status_code == 200
        b"".join(answer)  # a file is made while it is read
    events.reads.flush()
    return [query["sql"] for query in captured.captured_queries]


def grow(company: Cast) -> None:
    """Several times as much of everything that the company has one of, for the same identities and for new ones."""
    account, stored = company.account, Document.store(document("s3:PutObject"))
    policies = Policy.objects.bulk_create(Policy(account=account, name=f"More{n}", latest_version=1) for n in range(60))
    PolicyVersion.objects.bulk_create(
        PolicyVersion(policy=policy, number=1, is_default=True, document=stored) for policy in policies
    )
    own = Policy.objects.get(name="Own")
    PolicyVersion.objects.bulk_create(PolicyVersion(policy=own, number=n, document=stored) for n in (3, 4, 5))
    trust = Document.store(TRUST)
    for number in range(60):
        User.objects.create(account=account, name=f"dev{number}", path="/more/", password="!", boundary=own)
    for number in range(MORE):
        Group.objects.create(account=account, name=f"devs{number}")
        Role.objects.create(account=account, name=f"builder{number}", trust_document=trust, boundary=own)
    grown = Identity.objects.exclude(name="caller")
    Attachment.objects.bulk_create(
        (Attachment(identity=each, policy=policy) for each in grown for policy in [own, *policies[:MORE]]),
        ignore_conflicts=True,
    )
    InlinePolicy.objects.bulk_create(
        InlinePolicy(identity=each, name=f"Inline{number}", document=stored) for each in grown for number in range(3)
    )
    IdentityTag.objects.bulk_create(
        IdentityTag(identity=each, key=f"key{number}", value="v") for each in grown for number in range(MORE)
    )
    PolicyTag.objects.bulk_create(PolicyTag(policy=own, key=f"key{number}", value="v") for number in range(MORE))
    in_groups = [(user, group) for user in User.objects.all() for group in Group.objects.all()]
    Membership.objects.bulk_create(
        (Membership(user=user, group=group) for user, group in in_groups if user.name != "caller"),
        ignore_conflicts=True,
    )
    for user in User.objects.filter(name__in=["dana", "caller"]):
        ConsoleSession.objects.bulk_create(
            ConsoleSession(pk=f"{user.name}{number}", user=user, expire_date=timezone.now() + timedelta(hours=1))
            for number in range(MORE)
        )
    events.append(
        [
            Event(
                account=account,
                time=timezone.now(),
                principal=each.arn,
                operation="GetUser",
                resource=each.arn,
                outcome="success",
                is_read=True,
                subjects=[each.unique_id],
            )
            for each in grown
        ]
    )


@pytest.mark.parametrize("route", PAGES, ids=str)
def test_a_larger_account_takes_no_more_queries(company: Cast, route: Route) -> None:
    client = caller(company, ("Allow", "*"))
    queries(client, route)  # what is made once, such as the record of when the session was used
    few = queries(client, route)
    grow(company)
    queries(client, route)  # and the documents that this process has not compiled yet
    many = queries(client, route)
    assert len(few) == len(many), "\n".join(many)
