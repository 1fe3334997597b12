"""The account that a first start makes, with the few AWS managed policies that the tests name."""

from policies_app.engine.catalog import managed_policies
from policies_app.management.commands.bootstrap import make_sample
from policies_app.operations.accounts import make_administrator
from policies_app.operations.managed_policies import load_managed_policies
from tests.factories import Cast

NAMED = {
    "AdministratorAccess",
    "AmazonChimeFullAccess",
    "AmazonChimeReadOnly",
    "AmazonChimeSDK",
    "AmazonChimeUserManagement",
    "AmazonChimeVoiceConnectorServiceLinkedRolePolicy",
    "IAMFullAccess",
    "IAMReadOnlyAccess",
}
POLICIES = [policy for policy in managed_policies.load() if policy.name in NAMED]


def make_sample_account(cast: Cast) -> dict[str, str]:
    """Gives the passwords of admin, alice, bob and carol."""
    load_managed_policies(POLICIES)
    return {"admin": make_administrator(cast.system, "admin")} | make_sample(cast.system)
