"""The tenant: everything else belongs to one account, or, for AWS managed policies, to none."""

from datetime import datetime, timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length, Lower
from django.utils import timezone

# `id__length=12` in constraints; `name__lower=…` wherever names are found without regard to case, over an index.
models.CharField.register_lookup(Length)
models.CharField.register_lookup(Lower)


class Account(models.Model):
    """Its 12-digit id is the primary key, so that a row's ARN is built without a join."""

    id = models.CharField(primary_key=True, max_length=12, validators=[RegexValidator(r"^\d{12}$")])
    alias = models.CharField(max_length=63, unique=True, null=True, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="account_id_has_12_digits", condition=models.Q(id__length=12)),
        ]

    def __str__(self) -> str:
        return self.alias or self.id

    @property
    def root_arn(self) -> str:
        return f"arn:aws:iam::{self.id}:root"


class PasswordPolicy(models.Model):
    """What the account asks of passwords. An account without one asks what AWS asks by itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
    """

    account = models.OneToOneField(
        Account, primary_key=True, on_delete=models.PROTECT, related_name="password_policy", editable=False
    )
    minimum_length = models.PositiveSmallIntegerField(default=6)
    require_symbols = models.BooleanField(default=False)
    require_numbers = models.BooleanField(default=False)
    require_uppercase = models.BooleanField(default=False)
    require_lowercase = models.BooleanField(default=False)
    # Stored and answered; see docs/decisions/0010-passwords.md for why it allows nobody anything.
    allow_users_to_change = models.BooleanField(default=False)
    max_age = models.PositiveSmallIntegerField(null=True, blank=True, help_text="days")
    reuse_prevention = models.PositiveSmallIntegerField(null=True, blank=True, help_text="earlier passwords")
    hard_expiry = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "password policies"
        constraints = [
            models.CheckConstraint(
                name="password_policy_within_aws_limits",
                condition=models.Q(minimum_length__range=(6, 128))
                & (models.Q(max_age=None) | models.Q(max_age__range=(1, 1095)))
                & (models.Q(reuse_prevention=None) | models.Q(reuse_prevention__range=(1, 24))),
            )
        ]

    def __str__(self) -> str:
        return f"password policy of {self.account_id}"

    def has_expired(self, changed: datetime | None) -> bool:
        """Of a password set at that time."""
        if self.max_age is None or changed is None:
            return False
        return changed + timedelta(days=self.max_age) <= timezone.now()
