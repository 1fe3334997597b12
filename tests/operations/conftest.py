import pytest

from policies_app.engine.catalog import managed_policies
from policies_app.operations.calls import Call
from policies_app.operations.managed_policies import load_managed_policies
from tests.factories import Cast, call_of


@pytest.fixture
def chime_read_only(db: None) -> None:
    """The AWS managed policy AmazonChimeReadOnly is stored."""
    load_managed_policies(policy for policy in managed_policies.load() if policy.name == "AmazonChimeReadOnly")


@pytest.fixture
def tester(cast: Cast) -> Call:
    """Of somebody who may simulate, and nothing else."""
    return call_of(cast.user("tester", "iam:Simulate*", "iam:GetContextKeys*"))
