"""What programs sign with."""

from django.db import models
from django.utils import timezone

from .identities import User


class AccessKey(models.Model):
    """At most two for each user. The secret is encrypted, bound to the id, and never read but to check a signature."""

    id = models.CharField(primary_key=True, max_length=20, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="access_keys")
    secret = models.TextField(editable=False)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=timezone.now, editable=False)
    last_used = models.DateTimeField(null=True, editable=False)
    last_used_service = models.CharField(max_length=32, blank=True, editable=False)
    last_used_region = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(name="access_key_is_akia", condition=models.Q(id__startswith="AKIA"))]
        indexes = [
            models.Index(
                fields=["created", "user"], condition=models.Q(is_active=True), name="active_access_key_by_created"
            )
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def status(self) -> str:
        return "Active" if self.is_active else "Inactive"
