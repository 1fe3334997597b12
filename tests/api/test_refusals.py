"""Whoever is allowed nothing is refused every action, as boto3 tells it, and nothing is changed."""

from typing import Any

from botocore import xform_name

from console.api.services import by_version
from policies_app.models import Event
from policies_app.operations import events, service_model
from tests.api.conftest import Connect, error_of
from tests.factories import Cast
from tests.operations.test_every_operation import EXAMPLES, FOR_EVERYBODY, stored


def wire_names(action: str) -> dict[str, Any]:
    return {service_model.members(action)[name][0]: value for name, value in EXAMPLES[action].items()}


def test_who_is_allowed_nothing_is_refused_everything(company: Cast, client: Connect) -> None:
    company.user("nobody")
    clients = {service.name: client("nobody", service.name) for service in by_version().values()}
    before, asked = stored(), []
    for service in by_version().values():
        for action in sorted(service.actions.keys() - FOR_EVERYBODY):
            method = getattr(clients[service.name], xform_name(action))
            code, status, message = error_of(method, **wire_names(action))
            assert (action, code, status) == (action, "AccessDenied", 403)
            assert " is not authorized to perform: " in message
            asked.append(action)
    assert stored() == before
    events.reads.flush()
    refused = Event.objects.filter(principal__endswith="/nobody", outcome=Event.Outcome.REFUSED)
    assert sorted(refused.values_list("operation", flat=True)) == sorted(asked)
