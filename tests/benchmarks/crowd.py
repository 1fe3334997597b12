"""What an account of so many users holds, as rows of each table, which seed.py writes. It follows from the number."""

import json
import random
from base64 import b32encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import connection

from policies_app.models import Attachment, Event, Policy

ACCOUNT: Final = "123456789012"
NOW: Final = datetime(2026, 11, 24, tzinfo=UTC)
POPULAR: Final = 1_000

FIRST, LAST, TEAMS, SERVICES, ACTIONS = (
    words.split()
    for words in (
        "alice bob carol dana erin frank grace heidi ivan judy karl lena nina olivia peggy rupert sybil zoe",
        "smith jones garcia miller davis lopez wilson moore taylor thomas jackson white harris clark",
        "platform billing search data mobile security support growth finance research",
        "deploy backup metrics mailer crawler invoice gateway export",
        "s3:GetObject s3:ListBucket s3:PutObject sqs:SendMessage dynamodb:GetItem logs:GetLogEvents",
    )
)
PATHS: Final = ["/"] * 12 + ["/engineering/", "/engineering/platform/", "/finance/", "/support/", "/contractors/eu/"]

type Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Crowd:
    """How much of what an account with so many users has, and from which primary keys on."""

    users: int
    first_identity: int
    first_policy: int

    @property
    def groups(self) -> int:
        return min(5_000, max(10, self.users // 100))

    @property
    def roles(self) -> int:
        return min(20_000, max(10, self.users // 20))

    @property
    def policies(self) -> int:
        return min(5_000, max(20, self.users // 50))

    @property
    def events(self) -> int:
        return self.users // 5

    @property
    def user_ids(self) -> range:
        return range(self.first_identity, self.first_identity + self.users)

    @property
    def group_ids(self) -> range:
        return range(self.user_ids.stop, self.user_ids.stop + self.groups)

    @property
    def role_ids(self) -> range:
        return range(self.group_ids.stop, self.group_ids.stop + self.roles)

    @property
    def policy_ids(self) -> range:
        return range(self.first_policy, self.first_policy + self.policies)


def document(number: int) -> str:
    statement = {
        "Sid": f"Reads{number}",
        "Effect": "Allow",
        "Action": sorted({ACTIONS[number % len(ACTIONS)], ACTIONS[number // 2 % len(ACTIONS)]}),
        "Resource": f"arn:aws:s3:::{TEAMS[number % len(TEAMS)]}-{number}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4)


TRUST: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        ],
    },
    indent=4,
)


class Moments:
    """Times in the last three years, as the database takes them."""

    def __init__(self, rng: random.Random) -> None:
        self._random = rng.random
        times = (NOW - timedelta(seconds=seconds, microseconds=seconds) for seconds in range(0, 94_608_000, 4_001))
        self._times = [connection.ops.adapt_datetimefield_value(time) for time in times]

    def some(self) -> Any:
        return self._times[int(self._random() * len(self._times))]

    def perhaps(self) -> Any:
        return self.some() if self._random() < 0.8 else None


def tables(crowd: Crowd, rng: random.Random) -> Iterator[tuple[str, str, int, Iterator[Row]]]:
    """Name, columns, how many rows about, and the rows; each after what it refers to."""
    texts = [*(document(number) for number in range(crowd.policies)), TRUST]
    stored = {sha256(text.encode()).hexdigest(): text for text in texts}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sha256 FROM policies_app_document")
        there = {key for (key,) in cursor.fetchall()}
    hashes = [sha256(text.encode()).hexdigest() for text in texts]
    moments = Moments(rng)
    new = [(key, text) for key, text in stored.items() if key not in there]
    yield "document", "sha256, text", len(new), iter(new)
    yield (
        "policy",
        "id, account_id, name, path, unique_id, description, latest_version, created, updated",
        crowd.policies,
        (
            (pk, ACCOUNT, name, rng.choice(PATHS), unique_id("ANPA", pk), "", 1, made, made)
            for number, pk in enumerate(crowd.policy_ids)
            for name, made in [(f"{TEAMS[number % 10].title()}{SERVICES[number % 8].title()}{pk}", moments.some())]
        ),
    )
    yield (
        "policyversion",
        "policy_id, number, document_id, is_default, created",
        crowd.policies,
        ((pk, 1, key, True, moments.some()) for pk, key in zip(crowd.policy_ids, hashes, strict=False)),
    )
    yield (
        "identity",
        "id, account_id, kind, name, path, unique_id, created",
        sum(map(len, (crowd.user_ids, crowd.group_ids, crowd.role_ids))),
        identities(crowd, rng, moments),
    )
    yield (
        "user",
        "identity_id, password, last_login, login_profile_created, password_changed, password_reset_required",
        crowd.users,
        persons(crowd, rng, moments),
    )
    yield "group", "identity_id", crowd.groups, ((pk,) for pk in crowd.group_ids)
    yield (
        "role",
        (
            "identity_id, trust_document_id, trusted_ids, description, max_session_duration, linked_service, "
            "last_used_region"
        ),
        crowd.roles,
        ((pk, hashes[-1], "{}", "", 3600, "", "") for pk in crowd.role_ids),
    )
    yield (
        "membership",
        "user_id, group_id, created",
        2 * crowd.users,
        (
            (user, group, moments.some())
            for user in crowd.user_ids
            for group in some_of(rng, crowd.group_ids, rng.choice((0, 1, 2, 2, 3, 4)))
        ),
    )
    yield "attachment", "identity_id, policy_id, created", crowd.users // 3, attached(crowd, rng, moments)
    yield (
        "accesskey",
        "id, user_id, secret, is_active, created, last_used, last_used_service, last_used_region",
        crowd.users // 2,
        (
            (
                key_id(2 * user + second),
                user,
                "",
                rng.random() < 0.9,
                moments.some(),
                moments.perhaps(),
                "s3",
                "eu-west-1",
            )
            for user in crowd.user_ids
            for second in range(rng.choice((0, 0, 0, 0, 0, 1, 1, 1, 1, 2)))
        ),
    )
    yield (
        "identitytag",
        "identity_id, key, value",
        crowd.users // 2,
        (
            (user, key, value)
            for user in crowd.user_ids
            if rng.random() < 0.3
            for key, value in (("team", rng.choice(TEAMS)), ("cost-center", f"{rng.randrange(100, 200)}"))
        ),
    )


def identities(crowd: Crowd, rng: random.Random, moments: Moments) -> Iterator[Row]:
    for pk in crowd.user_ids:
        if rng.random() < 0.1:
            name = f"svc-{rng.choice(SERVICES)}-{pk}"
        else:
            name = f"{rng.choice(FIRST)}.{rng.choice(LAST)}{pk}"
        yield pk, ACCOUNT, "user", name, rng.choice(PATHS), unique_id("AIDA", pk), moments.some()
    for pk in crowd.group_ids:
        name = f"{rng.choice(TEAMS)}-{rng.choice(('admins', 'developers', 'readers'))}-{pk}"
        yield pk, ACCOUNT, "group", name, "/", unique_id("AGPA", pk), moments.some()
    for pk in crowd.role_ids:
        name = f"{rng.choice(TEAMS).title()}{rng.choice(SERVICES).title()}Role{pk}"
        yield pk, ACCOUNT, "role", name, rng.choice(PATHS), unique_id("AROA", pk), moments.some()


def persons(crowd: Crowd, rng: random.Random, moments: Moments) -> Iterator[Row]:
    """Six in ten have a password, which nobody knows and which most of them have used."""
    for pk in crowd.user_ids:
        if rng.random() < 0.6:
            changed = moments.some()
            yield pk, f"argon2$unknown{pk}", moments.perhaps(), changed, changed, False
        else:
            yield pk, "!", None, None, None, False


def attached(crowd: Crowd, rng: random.Random, moments: Moments) -> Iterator[Row]:
    """To every fourth user, and to all groups and roles; and `Popular`, until it has its thousand."""
    popular = Policy.objects.get(name="Popular").pk
    missing = POPULAR - Attachment.objects.filter(policy=popular).count()
    for pk in crowd.user_ids[:missing]:
        yield pk, popular, moments.some()
    for pks, numbers in ((crowd.user_ids, (0, 0, 0, 1)), (crowd.group_ids, (1, 2, 3)), (crowd.role_ids, (1, 2))):
        for pk in pks:
            for policy in some_of(rng, crowd.policy_ids, rng.choice(numbers)):
                yield pk, policy, moments.some()


def recorded(crowd: Crowd, rng: random.Random) -> Iterator[Event]:
    """Reads and changes by some of the users, in the last weeks."""
    outcomes = (Event.Outcome.SUCCESS,) * 9 + (Event.Outcome.REFUSED,)
    for number in range(crowd.events):
        pk = rng.choice(crowd.user_ids)
        read = rng.random() < 0.7
        outcome = rng.choice(outcomes)
        name = f"arn:aws:iam::{ACCOUNT}:user/{rng.choice(FIRST)}.{rng.choice(LAST)}{pk}"
        yield Event(
            account_id=ACCOUNT,
            time=NOW - timedelta(seconds=5 * (crowd.events - number)),
            principal=f"arn:aws:iam::{ACCOUNT}:user/admin",
            operation="GetUser" if read else "TagUser",
            resource=name,
            outcome=outcome,
            error="AccessDenied" if outcome is Event.Outcome.REFUSED else "",
            parameters={"user_name": name.rpartition("/")[2]},
            source_ip=f"10.0.{number % 200}.{number % 250}",
            user_agent="aws-cli/2.31",
            request_id=f"{number:08x}-0000-4000-8000-{pk:012x}",
            is_read=read,
            subjects=[unique_id("AIDA", pk)],
        )


def some_of(rng: random.Random, among: range, number: int) -> set[int]:
    return {among[int(rng.random() * len(among))] for _ in range(number)}


def unique_id(prefix: str, number: int) -> str:
    """Spread, so that an index meets it as it meets random ones."""
    scattered = number * 0x9E3779B97F4A7C15F39CC1 % 2**85
    return prefix + b32encode((scattered << 3).to_bytes(11)).decode()[:17]


def key_id(number: int) -> str:
    return "AKIA" + b32encode(((1 << 40 | int(ACCOUNT)) << 39 | number).to_bytes(10)).decode()
