"""The pages and the programs go through one door: the same result, the same error and the same event, action by action.

Pages call an operation, programs send its action. `EXAMPLES` has one call of each; nothing that a test does here stays.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from console.api import xml
from console.api.services import IAM_ACTIONS, STS_ACTIONS
from policies_app.models import Event, User
from policies_app.operations import credentials, events, service_model
from policies_app.operations.calls import Call
from policies_app.operations.errors import AccessDenied, OperationError
from tests.api.wire import Answer, Program
from tests.company import OWN, PASSWORD
from tests.factories import Cast
from tests.operations.test_every_operation import EXAMPLES, FOR_EVERYBODY, NEVER_FOUND

ACTIONS = {name: ("iam", action) for name, action in IAM_ACTIONS.items()} | {
    name: ("sts", action) for name, action in STS_ACTIONS.items()
}
# What is made anew each time: ids and secrets, times, and the ids of requests and jobs.
MADE = re.compile(
    r"\b(?:A[A-Z]{3}[A-Z2-7]{16,17})\b|\d{4}-\d\d-\d\dT[\d:]+Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<=<SecretAccessKey>)[^<]+|(?<=<SessionToken>)[^<]+|(?<=Token>)[^<]+|(?<=PackedPolicySize>)\d+"
)
ABSENT = {
    "policy_arn": f"{OWN}s",
    "user_name": "nobody",
    "group_name": "nobody",
    "role_name": "nobody",
    "instance_profile_name": "nobody",
}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def caller(company: Cast, *actions: str) -> tuple[Call, Callable[..., Answer]]:
    """Somebody's two ways in: the call that a page makes, and what their program asks."""
    user = company.user("caller", *actions)
    credentials.create_login_profile(company.system, user_name="caller", password=PASSWORD)
    programs = {service: Program(company, "caller", service) for service in ("iam", "sts")}

    def ask(name: str, parameters: dict[str, Any]) -> Answer:
        return programs[ACTIONS[name][0]].ask(name, **dict(fields(name, parameters)))

    return Call.by_user(User.objects.get(pk=user.pk)), ask


def fields(name: str, parameters: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for parameter, value in parameters.items():
        yield from flat(service_model.members(name)[parameter][0], value)


def flat(place: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case list():
            for number, item in enumerate(value, start=1):
                yield from flat(f"{place}.member.{number}", item)
        case dict():
            for key, item in value.items():
                yield from flat(f"{place}.{key}", item)
        case bool():
            yield place, str(value).lower()
        case _:
            yield place, str(value)


def by_page(name: str, call: Call, parameters: dict[str, Any]) -> str:
    service, action = ACTIONS[name]
    result = action.operation(call, **parameters)
    return xml.answer(service_model.service(service).operation_model(name), action.output(result), "")


def record() -> list[dict[str, Any]]:
    """What the caller has done, without what differs by the door: the time, from where, and the place in the chain."""
    events.reads.flush()
    told = ("operation", "resource", "outcome", "error", "message", "parameters")
    return [
        {key: MADE.sub("…", str(value)) for key, value in event.items()}
        for event in Event.objects.filter(principal__endswith="user/caller").order_by("sequence").values(*told)
    ]


def same(text: str) -> str:
    return MADE.sub("…", re.sub("<RequestId>.*?</RequestId>", "", text))


@pytest.mark.parametrize("name", sorted(ACTIONS.keys() - NEVER_FOUND))
def test_the_result_and_the_event_are_the_same_at_both_doors(company: Cast, name: str) -> None:
    call, ask = caller(company, "*")
    with undone():
        page, page_events = by_page(name, call, EXAMPLES[name]), record()
    with undone():
        answer, wire_events = ask(name, EXAMPLES[name]), record()
    assert answer.status == 200, answer.message
    assert same(answer.body.decode()) == same(page)
    assert wire_events == page_events
    assert [event["outcome"] for event in wire_events] == ["success"]


def test_refusals_are_the_same_at_both_doors(company: Cast) -> None:
    call, ask = caller(company)
    for name in sorted(ACTIONS.keys() - FOR_EVERYBODY):
        with undone():
            with pytest.raises(AccessDenied) as refusal:
                by_page(name, call, EXAMPLES[name])
            page_events = record()
        with undone():
            answer, wire_events = ask(name, EXAMPLES[name]), record()
        assert (name, answer.status, answer.code) == (name, 403, "AccessDenied")
        decision = refusal.value.decision
        assert answer.message.startswith(decision.aws_message() if refusal.value.tells_why else decision.refused())
        assert wire_events == page_events
        assert [event["outcome"] for event in wire_events] == ["refused"]


def test_errors_are_the_same_at_both_doors(company: Cast) -> None:
    call, ask = caller(company, "*")
    for name, parameters in absent().items():
        with undone():
            with pytest.raises(OperationError) as error:
                by_page(name, call, parameters)
            page_events = record()
        with undone():
            answer, wire_events = ask(name, parameters), record()
        assert (name, answer.code, answer.message) == (name, error.value.code, error.value.message)
        assert (name, answer.status, answer.code) == (name, 404, "NoSuchEntity")
        assert wire_events == page_events
        assert [event["outcome"] for event in wire_events] == ["failed"]


def test_what_a_program_may_not_even_ask_is_recorded_once_as_well(company: Cast) -> None:
    company.user("caller", "*")
    asked: dict[str, dict[str, Any]] = {
        "CreateUser": {},
        "ListAccessKeys": {"MaxItems": 0},
        "ListGroupsForUser": {"UserName": "caller", "MaxItems": 0},
        "AssumeRole": {"RoleSessionName": "nightly"},
    }
    for name, parameters in asked.items():
        with undone():
            assert Program(company, "caller", ACTIONS[name][0]).ask(name, **parameters).code == "ValidationError"
            (event,) = record()
            assert (event["operation"], event["outcome"], event["error"]) == (name, "failed", "ValidationError")


def absent() -> dict[str, dict[str, Any]]:
    """The examples, about what is not there."""
    found = {}
    for name, example in EXAMPLES.items():
        key = next((key for key in ABSENT if key in example), None)
        if name in ACTIONS and key and not name.startswith("Create"):
            found[name] = example | {key: ABSENT[key]}
    return found
