"""The same people as on the console's own pages, in an account that has a row of every kind."""

import pytest

from policies_app.operations import instance_profiles, password_policy
from tests.factories import Cast
from tests.web.conftest import admin, alice, bob, carol, sample, signed_in

__all__ = ["admin", "alice", "bob", "carol", "sample", "signed_in"]


@pytest.fixture(autouse=True)
def row_of_every_kind(sample: Cast) -> None:
    instance_profiles.create_instance_profile(sample.system, instance_profile_name="box")
    instance_profiles.add_role_to_instance_profile(sample.system, instance_profile_name="box", role_name="ChimeSupport")
    password_policy.update_account_password_policy(sample.system)
