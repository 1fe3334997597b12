"""Reports that are asked for first and read later."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from .accounts import Account


class CredentialReport(models.Model):
    """One for each account. While `generated` is empty somebody writes it, or was writing it when the process ended."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="+")
    started = models.DateTimeField(default=timezone.now)
    generated = models.DateTimeField(null=True)
    content = models.TextField(blank=True, help_text="CSV")

    def __str__(self) -> str:
        return f"credential report of {self.account_id}"


class LastAccessedReport(models.Model):
    """Which services an identity or the bearers of a policy used last, as it was when asked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    # Who asked for it, and nobody else may read it: a user, or a role in whatever session.
    principal = models.CharField(max_length=2048)
    granularity = models.CharField(max_length=13)
    created = models.DateTimeField(default=timezone.now)
    completed = models.DateTimeField(default=timezone.now)
    services = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [models.Index(fields=["account", "created"], name="last_accessed_by_age")]

    def __str__(self) -> str:
        return str(self.id)
