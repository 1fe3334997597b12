"""When users last did something."""

from django.db import models

from .accounts import Account
from .identities import User


class UserActivity(models.Model):
    """The last sign-in or use of an access key, or when the user was made if neither ever was.

    Both of them together, so that who has been idle for long is a range of one index. Triggers (migration
    0010) write it with each sign-in and each use of a key, so no write can miss it.
    """

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="activity")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    last = models.DateTimeField(editable=False)

    class Meta:
        indexes = [models.Index(fields=["account", "last", "user"], name="user_activity_by_last")]

    def __str__(self) -> str:
        return f"{self.user_id} until {self.last}"
