"""What hands a role to an EC2 instance: a container with a name of its own, for one role."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .accounts import Account
from .identities import Role
from .policies import Tag
from .unique_ids import new_unique_id


def new_instance_profile_id() -> str:
    return new_unique_id("AIPA")


class InstanceProfile(models.Model):
    """Names are unique within the account without regard to case. AWS's quota of one role is the shape of the row."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="instance_profiles")
    name = models.CharField(max_length=128)
    path = models.CharField(max_length=512, default="/")
    unique_id = models.CharField(max_length=21, unique=True, editable=False, default=new_instance_profile_id)
    role = models.ForeignKey(
        Role, null=True, blank=True, on_delete=models.PROTECT, related_name="instance_profiles", editable=False
    )
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("account", Lower("name"), name="instance_profile_name_unique_without_case"),
            models.CheckConstraint(name="instance_profile_has_name", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="instance_profile_path_has_slashes",
                condition=models.Q(path__startswith="/", path__endswith="/"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def arn(self) -> str:
        return instance_profile_arn(self.account_id, self.name, self.path)


def instance_profile_arn(account_id: str, name: str, path: str = "/") -> str:
    return f"arn:aws:iam::{account_id}:instance-profile{path}{name}"


class InstanceProfileTag(Tag):
    instance_profile = models.ForeignKey(InstanceProfile, on_delete=models.CASCADE, related_name="tags")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "instance_profile", Lower("key"), name="instance_profile_tag_key_unique_without_case"
            )
        ]
