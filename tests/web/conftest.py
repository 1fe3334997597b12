"""The people of the sample account, each with a browser of their own.

admin may do everything, alice may see her own permissions, bob only reads Chime, carol may do nothing.
"""

from collections.abc import Callable

import pytest
from django.test import Client

from policies_app.models import User
from tests.factories import Cast
from tests.sample import make_sample_account


@pytest.fixture
def sample(cast: Cast) -> Cast:
    """The sample account, with the few AWS managed policies that the tests name."""
    make_sample_account(cast)
    return cast


@pytest.fixture
def signed_in(sample: Cast) -> Callable[[str], Client]:
    """`signed_in("alice")` is a client signed in as her."""

    def client_of(user_name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(account=sample.account, name=user_name))
        return client

    return client_of


@pytest.fixture
def admin(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("admin")


@pytest.fixture
def alice(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("alice")


@pytest.fixture
def bob(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("bob")


@pytest.fixture
def carol(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("carol")


@pytest.fixture
def boss(company: Cast) -> Client:
    """Who may do everything in the account that has one of everything."""
    company.user("boss", "*")
    client = Client()
    client.force_login(User.objects.get(name="boss"))
    return client
