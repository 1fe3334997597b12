"""The tenant: everything else belongs to one account, or, for AWS managed policies, to none."""

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
