"""Terraform with the AWS provider, unchanged: apply, no change planned, change, destroy, and nothing is left.

Skipped by name where the program or the provider is not on the machine. The provider is looked for where Terraform's
own packages and file system mirrors are usually put, and in TF_PLUGIN_CACHE_DIR.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from policies_app.engine.catalog import managed_policies
from policies_app.models import (
    AccessKey,
    Account,
    Attachment,
    Group,
    InlinePolicy,
    InstanceProfile,
    PasswordPolicy,
    Policy,
    Role,
    User,
)
from policies_app.operations import access_keys
from policies_app.operations.managed_policies import load_managed_policies
from tests.factories import Cast

CONFIGURATION = Path(__file__).parents[1] / "terraform" / "main.tf"
PROVIDER = "registry.terraform.io/hashicorp/aws"
MIRRORS = ("/opt", "/usr/share", "/usr/local/share", str(Path.home() / ".terraform.d"))
TIMEOUT_SECONDS = 300
LEAVES_NOTHING = (Group, Role, Attachment, InstanceProfile, PasswordPolicy)

pytestmark = pytest.mark.long


def mirror() -> Path | None:
    """The directory that holds `registry.terraform.io`."""
    places = [Path(os.environ["TF_PLUGIN_CACHE_DIR"])] if "TF_PLUGIN_CACHE_DIR" in os.environ else []
    places += [folder for root in MIRRORS for folder in Path(root).glob("*/") if Path(root).is_dir()]
    return next((place for place in places if (place / PROVIDER).is_dir()), None)


class Terraform:
    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = os.environ | environment
        shutil.copy(CONFIGURATION, folder)

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            ["terraform", *arguments, "-no-color"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"terraform {arguments[0]}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
        return done.stdout

    def apply(self, team: str) -> dict[str, Any]:
        self("apply", "-auto-approve", f"-var=team={team}")
        outputs = json.loads(self("output", "-json"))
        return {name: output["value"] for name, output in outputs.items()}

    def plan_nothing(self, team: str) -> None:
        """Exit status 2 would say that something is to be changed."""
        self("plan", "-detailed-exitcode", f"-var=team={team}")


@pytest.fixture
def terraform(transactional_db: None, cast: Cast, live_server: LiveServer, tmp_path: Path) -> Terraform:
    plugins = mirror()
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not on this machine")
    if plugins is None:
        pytest.skip("the AWS provider of terraform is not on this machine")
    load_managed_policies(policy for policy in managed_policies.load() if policy.name == "ReadOnlyAccess")
    cast.user("terraform", "*")
    key = access_keys.create_access_key(cast.system, user_name="terraform")
    settings = tmp_path / "terraformrc"
    settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{plugins}"\n  }}\n}}\n')
    return Terraform(
        tmp_path,
        {
            "AWS_ACCESS_KEY_ID": key.key.id,
            "AWS_SECRET_ACCESS_KEY": key.secret,
            "AWS_ENDPOINT_URL": live_server.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": str(tmp_path / "none"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
        },
    )


def test_it_applies_plans_nothing_changes_and_leaves_nothing(cast: Cast, terraform: Terraform) -> None:
    terraform("init", "-input=false")
    outputs = terraform.apply("blue")
    assert outputs == {
        "dana": "arn:aws:iam::123456789012:user/blue/dana",
        "builders": ["builder"],
        "dana_may_read": True,
    }
    terraform.plan_nothing("blue")
    terraform.apply("green")
    assert User.objects.get(name="dana").path == "/green/"
    assert Role.objects.get(name="builder").max_session_duration == 7200
    terraform.plan_nothing("green")
    terraform("destroy", "-auto-approve", "-var=team=green")
    assert [user.name for user in User.objects.all()] == ["terraform"]
    assert [key.user.name for key in AccessKey.objects.all()] == ["terraform"]
    assert [policy.name for policy in InlinePolicy.objects.all()] == ["Given"]
    assert not Policy.objects.filter(account=cast.account).exists()
    assert not [model for model in LEAVES_NOTHING if model._default_manager.exists()]
    assert Account.objects.get().alias is None
