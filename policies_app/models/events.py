"""The record of operations: append-only, each row chained to the one before by its hash.

Database triggers (migration 0002) refuse UPDATE and DELETE, whoever asks.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from .prepared import Prepared

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
    # Neither is known of events from before there were these two.
    is_read = models.BooleanField(null=True)
    subjects = models.JSONField(null=True, help_text="unique ids of the objects that it concerns")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "sequence"], name="event_sequence_unique")]
        indexes = [
            models.Index(fields=["account", "principal", "-sequence"], name="event_by_principal"),
            models.Index(fields=["account", "operation", "-sequence"], name="event_by_operation"),
            models.Index(fields=["account", "resource", "-sequence"], name="event_by_resource"),
            models.Index(fields=["account", "outcome", "-sequence"], name="event_by_outcome"),
            models.Index(fields=["account", "error", "-sequence"], name="event_by_error"),
            models.Index(fields=["account", "source_ip", "-sequence"], name="event_by_source"),
            models.Index(fields=["account", "request_id", "-sequence"], name="event_by_request"),
            models.Index(fields=["account", "time"], name="event_by_time"),
            models.Index(fields=["account", "-sequence"], condition=models.Q(is_read=False), name="event_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} by {self.principal}"

    def compute_hash(self) -> str:
        return hash_of([getattr(self, name) for name in HASHED])

    @classmethod
    def insert(cls, batch: "Sequence[Event]") -> None:
        """As `bulk_create` does, with SQL that is made once: most of what a change costs is its record."""
        fields = [field for field in cls._meta.concrete_fields if not field.primary_key]
        rows = [
            [field.get_db_prep_save(getattr(event, field.attname), connection) for field in fields] for event in batch
        ]
        with connection.cursor() as cursor:
            if len(rows) == 1:
                cursor.execute(_insertion(), rows[0])
            else:
                cursor.executemany(_insertion(), rows)


# Every other field, in the order in which they are hashed.
HASHED = (
    *("account_id", "sequence", "time", "principal", "operation", "resource", "outcome", "error", "message"),
    *("parameters", "source_ip", "user_agent", "request_id", "previous_hash", "is_read", "subjects"),
)
TIME, LATER = HASHED.index("time"), HASHED.index("is_read")
_encoder = DjangoJSONEncoder(sort_keys=True)


def hash_of(values: Sequence[Any]) -> str:
    """SHA-256 over the values of `HASHED`, in one canonical JSON form. Events from before the last two are without."""
    content = [*values]
    content[TIME] = content[TIME].isoformat()
    if content[LATER:] == [None, None]:
        del content[LATER:]
    return sha256(_encoder.encode(content).encode()).hexdigest()


@cache
def _insertion() -> str:
    columns = [f'"{field.column}"' for field in Event._meta.concrete_fields if not field.primary_key]
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {Event._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # names of ours


class EventSubject(models.Model):
    """Which events concern an object, by its unique id, which it keeps through every rename: an index of `subjects`.

    A trigger (migration 0008) writes it as events are added, and others refuse to change it.
    """

    pk = models.CompositePrimaryKey("account_id", "subject", "sequence")
    account = models.ForeignKey("Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    subject = models.CharField(max_length=21)
    sequence = models.PositiveBigIntegerField()
    is_read = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "subject", "-sequence"],
                condition=models.Q(is_read=False),
                name="event_subject_changes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} in {self.sequence}"


class EventChain(models.Model):
    """The end of an account's chain. Its row is locked while events are added, so that the chain never forks."""

    account = models.OneToOneField("Account", primary_key=True, on_delete=models.PROTECT, related_name="event_chain")
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.account_id} at {self.sequence}"

    @classmethod
    def locked(cls, account_id: str) -> "EventChain":
        """The account's, which nobody else adds to until the transaction ends."""
        known = _locked.first(account_id)
        return known or cls.objects.select_for_update().get_or_create(account_id=account_id)[0]

    def store(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE policies_app_eventchain SET sequence = %s, hash = %s WHERE account_id = %s",
                [self.sequence, self.hash, self.account_id],
            )


_locked = Prepared(lambda account_id: EventChain.objects.select_for_update().filter(account_id=account_id), str)
