"""The record of operations: append-only, each row chained to the one before by its hash.

Database triggers (migration 0002) refuse UPDATE and DELETE, whoever asks.
"""

import json
from hashlib import sha256

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

GENESIS = "0" * 64


class Event(models.Model):
    class Outcome(models.TextChoices):
        SUCCESS = "success"
        REFUSED = "refused"  # the engine said no
        FAILED = "failed"  # allowed, but it could not be done: NoSuchEntity, LimitExceeded, …

    account = models.ForeignKey("Account", on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField()
    time = models.DateTimeField()
    principal = models.CharField(max_length=2048)
    operation = models.CharField(max_length=128)
    resource = models.CharField(max_length=2048, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices)
    error = models.CharField(max_length=64, blank=True)
    message = models.TextField(blank=True)
    parameters = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    source_ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=512, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "sequence"], name="event_sequence_unique")]
        indexes = [
            models.Index(fields=["account", "principal", "-sequence"], name="event_by_principal"),
            models.Index(fields=["account", "operation", "-sequence"], name="event_by_operation"),
            models.Index(fields=["account", "resource", "-sequence"], name="event_by_resource"),
            models.Index(fields=["account", "outcome", "-sequence"], name="event_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} by {self.principal}"

    def compute_hash(self) -> str:
        """SHA-256 over every other field, in one canonical JSON form."""
        content = [
            self.account_id,
            self.sequence,
            self.time.isoformat(),
            self.principal,
            self.operation,
            self.resource,
            self.outcome,
            self.error,
            self.message,
            self.parameters,
            self.source_ip,
            self.user_agent,
            self.request_id,
            self.previous_hash,
        ]
        return sha256(json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


class EventChain(models.Model):
    """The end of an account's chain. Its row is locked while events are added, so that the chain never forks."""

    account = models.OneToOneField("Account", primary_key=True, on_delete=models.PROTECT, related_name="event_chain")
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.account_id} at {self.sequence}"
