import pytest

from policies_app.engine.catalog import managed_policies
from policies_app.operations.managed_policies import load_managed_policies


@pytest.fixture
def chime_read_only(db: None) -> None:
    """The AWS managed policy AmazonChimeReadOnly is stored."""
    load_managed_policies(policy for policy in managed_policies.load() if policy.name == "AmazonChimeReadOnly")
