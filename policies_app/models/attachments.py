"""Which documents bear on an identity: managed policies attached, and inline ones."""

from django.db import models
from django.utils import timezone

from .identities import Identity
from .policies import Document, Policy


class Attachment(models.Model):
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="attachments")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="attachments")
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identity", "policy"], name="attachment_once")]

    def __str__(self) -> str:
        return f"{self.policy_id} on {self.identity_id}"


class InlinePolicy(models.Model):
    """Lives and dies with its identity."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="inline_policies")
    name = models.CharField(max_length=128)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now, editable=False)
    updated = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "inline policies"
        constraints = [models.UniqueConstraint(fields=["identity", "name"], name="inline_policy_name_unique")]

    def __str__(self) -> str:
        return self.name
