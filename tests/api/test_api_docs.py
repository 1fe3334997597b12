"""`docs/api.md` tells what is there, and which resource is really asked for."""

import re
from contextlib import suppress

import pytest

from console.api import api_docs
from console.api.services import IAM_ACTIONS
from policies_app.engine.catalog.services import catalog
from policies_app.models import Event
from policies_app.operations import events
from policies_app.operations.calls import OPERATIONS
from policies_app.operations.errors import NoSuchEntity
from tests.factories import Cast
from tests.operations.test_every_operation import EXAMPLES, caller


def test_the_page_is_up_to_date() -> None:
    assert api_docs.FILE.read_text("utf-8") == api_docs.text(), "make api-docs writes it anew"


def test_the_condition_keys_are_those_of_the_catalog() -> None:
    every = {*api_docs.SUPPLIED, *api_docs.EVERY_REQUEST}
    assert {key for key in every if catalog().condition_key(key) is None} == set()


def documented(name: str) -> list[str]:
    """Expressions for the resources of which the page says that they are asked for."""
    action = catalog().action(OPERATIONS[name].action)
    assert action is not None
    return [re.sub(r"\\\$\\\{\w+\\\}", ".*", re.escape(each)) for each in api_docs.resources_of(action)]


@pytest.mark.parametrize("name", sorted(IAM_ACTIONS))
def test_the_resource_asked_for_is_the_one_on_the_page(company: Cast, name: str) -> None:
    with suppress(NoSuchEntity):  # there are no MFA devices
        OPERATIONS[name].perform(caller(company, ("Allow", "*")), **EXAMPLES[name])
    events.reads.flush()
    asked = Event.objects.filter(operation=name, principal__endswith="/caller").latest("sequence").resource
    assert any(re.fullmatch(each, asked.split(":", 5)[-1]) for each in documented(name))
