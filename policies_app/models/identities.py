"""What a policy attaches to: users, groups and roles share one table of names and ids."""

from typing import Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .accounts import Account
from .order import OrNever
from .policies import Document, Policy, Tag
from .unique_ids import new_unique_id


class IdentityKind(models.TextChoices):
    USER = "user"
    GROUP = "group"
    ROLE = "role"


ID_PREFIX = {IdentityKind.USER: "AIDA", IdentityKind.GROUP: "AGPA", IdentityKind.ROLE: "AROA"}


class Identity(models.Model):
    """Names are unique within the account and kind without regard to case, as in IAM."""

    KIND: ClassVar[IdentityKind]

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="identities")
    kind = models.CharField(max_length=5, choices=IdentityKind.choices, editable=False)
    name = models.CharField(max_length=128)
    path = models.CharField(max_length=512, default="/")
    unique_id = models.CharField(max_length=21, unique=True, editable=False)
    boundary = models.ForeignKey(
        Policy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bounded",
        verbose_name="permissions boundary",
    )
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("account", "kind", Lower("name"), name="identity_name_unique_without_case"),
            models.CheckConstraint(name="identity_kind_known", condition=models.Q(kind__in=IdentityKind.values)),
            models.CheckConstraint(name="identity_has_name", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="identity_path_has_slashes", condition=models.Q(path__startswith="/", path__endswith="/")
            ),
            models.CheckConstraint(
                name="group_has_no_boundary", condition=~models.Q(kind=IdentityKind.GROUP) | models.Q(boundary=None)
            ),
        ]
        # And one that finds names by a part of them, which migration 0013 makes.
        indexes = [
            # Names are read through in it alone, without the rows.
            models.Index("account", "kind", Lower("name"), "id", "name", name="identity_by_name"),
            models.Index("account", "kind", "created", "id", name="identity_by_created"),
            models.Index("account", "kind", "path", "id", name="identity_by_path"),
            # Hardly anybody has one, so the index of the foreign key looks as if it found everybody.
            models.Index(
                "boundary", "account", condition=models.Q(boundary__isnull=False), name="identity_by_boundary"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.unique_id:
            self.kind = self.KIND
            self.unique_id = new_unique_id(ID_PREFIX[self.KIND])
        super().save(*args, **kwargs)

    @property
    def arn(self) -> str:
        # A row not saved yet has no kind, but a class of its own.
        return identity_arn(self.account_id, self.kind or self.KIND, self.name, self.path)


def identity_arn(account_id: str, kind: str, name: str, path: str = "/") -> str:
    return f"arn:aws:iam::{account_id}:{kind}{path}{name}"


class IdentityTag(Tag):
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="tags")

    class Meta:
        constraints = [models.UniqueConstraint("identity", Lower("key"), name="identity_tag_key_unique_without_case")]
        indexes = [models.Index(Lower("key"), "value", "identity", name="identity_tag_by_key_and_value")]


class Group(Identity):
    KIND: ClassVar = IdentityKind.GROUP

    identity = models.OneToOneField(Identity, parent_link=True, on_delete=models.CASCADE, related_name="group")


class UserManager(BaseUserManager["User"]):
    """No `create_user`, no `create_superuser`: a user is made by the operation `CreateUser`."""


class User(Identity, AbstractBaseUser):
    """A person or program. `last_login` is IAM's PasswordLastUsed; an unusable password is "no login profile"."""

    KIND: ClassVar = IdentityKind.USER
    USERNAME_FIELD = "unique_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    identity = models.OneToOneField(Identity, parent_link=True, on_delete=models.CASCADE, related_name="user")
    login_profile_created = models.DateTimeField(null=True, editable=False)
    password_changed = models.DateTimeField(null=True, editable=False)
    password_reset_required = models.BooleanField(default=False)
    groups = models.ManyToManyField(Group, through="Membership", related_name="members")

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        indexes = [
            models.Index(OrNever("last_login"), "identity", name="user_by_last_login"),
            models.Index(OrNever("password_changed"), "identity", name="user_by_password_changed"),
        ]

    # What Django's own code asks of a user. Nobody is above the policies.
    is_superuser = False
    is_staff = True
    is_active = True
    # The `Call` of the request that this user makes, put here by the door, so that `has_perm` asks with its context.
    call: Any = None

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_module_perms(self, app_label: str) -> bool:
        return any(self.has_perm(f"{app_label}.view_{model}") for model in ("user", "group", "role", "policy", "event"))

    @property
    def has_console_password(self) -> bool:
        return self.has_usable_password()


class EarlierPassword(models.Model):
    """The hash of a password that its user had, kept for as long as the account's policy remembers it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="earlier_passwords")
    password = models.CharField(max_length=128, editable=False)
    replaced = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"an earlier password of {self.user_id}"


class Role(Identity):
    """With a `linked_service` (`lex.amazonaws.com`) it is that service's, and nobody else changes it."""

    KIND: ClassVar = IdentityKind.ROLE

    identity = models.OneToOneField(Identity, parent_link=True, on_delete=models.CASCADE, related_name="role")
    trust_document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    # From each ARN in it of a user, role or session of an account here to the unique id of whom it meant when saved.
    trusted_ids = models.JSONField(default=dict, editable=False)
    description = models.CharField(max_length=1000, blank=True)
    max_session_duration = models.PositiveIntegerField(
        default=3600, help_text="seconds", validators=[MinValueValidator(3600), MaxValueValidator(43200)]
    )
    linked_service = models.CharField(max_length=128, blank=True, editable=False)
    last_used = models.DateTimeField(null=True, editable=False)
    last_used_region = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_session_1_to_12_hours", condition=models.Q(max_session_duration__range=(3600, 43200))
            )
        ]


class ServiceLinkedRoleDeletion(models.Model):
    """A deletion that was asked for. Nothing here uses such a role, so it is done at once, and the task tells of it."""

    id = models.CharField(primary_key=True, max_length=300, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role_arn = models.CharField(max_length=700, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.id


class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"
