"""Documents, and the managed policies whose versions point at them."""

from hashlib import sha256
from typing import Self

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .accounts import Account
from .unique_ids import new_policy_id


class Document(models.Model):
    """The JSON text of a policy, immutable and stored once under its SHA-256, so its compiled form never goes stale."""

    sha256 = models.CharField(primary_key=True, max_length=64, editable=False)
    text = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(name="document_key_is_sha256", condition=models.Q(sha256__length=64))]

    def __str__(self) -> str:
        return self.sha256[:12]

    @classmethod
    def store(cls, text: str) -> Self:
        document, _ = cls.objects.get_or_create(sha256=sha256(text.encode()).hexdigest(), defaults={"text": text})
        return document


class Tag(models.Model):
    key = models.CharField(max_length=128)
    value = models.CharField(max_length=256, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class Policy(models.Model):
    """A managed policy. Without an account it is AWS managed: everybody may attach it, nobody may change it."""

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="policies")
    name = models.CharField(max_length=128)
    path = models.CharField(max_length=512, default="/")
    unique_id = models.CharField(max_length=21, unique=True, editable=False, default=new_policy_id)
    description = models.CharField(max_length=1000, blank=True)
    # The number of the newest version ever made: IAM never gives a deleted version's number again.
    latest_version = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    updated = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint("account", Lower("name"), name="policy_name_unique_without_case"),
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(account=None), name="aws_policy_name_unique_without_case"
            ),
            models.CheckConstraint(name="policy_has_name", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="policy_path_has_slashes", condition=models.Q(path__startswith="/", path__endswith="/")
            ),
        ]
        # And one that finds names by a part of them, which migration 0013 makes.
        indexes = [models.Index("account", "created", "id", name="policy_by_created")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_aws_managed(self) -> bool:
        return self.account_id is None

    @property
    def arn(self) -> str:
        return policy_arn(self.account_id, self.name, self.path)


def policy_arn(account_id: str | None, name: str, path: str = "/") -> str:
    return f"arn:aws:iam::{account_id or 'aws'}:policy{path}{name}"


class PolicyVersion(models.Model):
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    is_default = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number_unique"),
            models.UniqueConstraint(
                fields=["policy"], condition=models.Q(is_default=True), name="policy_one_default_version"
            ),
        ]

    def __str__(self) -> str:
        return self.version_id

    @property
    def version_id(self) -> str:
        return f"v{self.number}"


class PolicyTag(Tag):
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="tags")

    class Meta:
        constraints = [models.UniqueConstraint("policy", Lower("key"), name="policy_tag_key_unique_without_case")]
