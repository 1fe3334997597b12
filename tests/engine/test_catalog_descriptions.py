"""One line of our own for every action, made from facts."""

import pytest

from policies_app.engine.catalog.descriptions import description
from policies_app.engine.catalog.services import catalog


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("iam:CreateAccessKey", "Create access key. Write access, on user."),
        ("iam:ListMFADevices", "List MFA devices. List access, on user."),
        ("s3:ListAllMyBuckets", "List all my buckets. List access, on * alone."),
        ("sqs:TagQueue", "Tag queue. Tagging access, on queue."),
    ],
)
def test_an_action_is_told_by_its_facts(action: str, said: str) -> None:
    known = catalog().action(action)
    assert known
    assert description(known) == said


def test_companions_and_many_types_are_told() -> None:
    known = catalog().action("ec2:RunInstances")
    assert known
    assert " more; also needs " in description(known)
    assert description(known).startswith("Run instances. Write access, on ")


def test_every_action_has_one_short_line() -> None:
    services = filter(None, map(catalog().service, catalog().prefixes))
    lines = [description(action) for service in services for action in service.actions.values()]
    assert all(line.endswith(".") and "\n" not in line and line[0] != ":" for line in lines)
    assert sorted(map(len, lines))[int(len(lines) * 0.99)] < 160
