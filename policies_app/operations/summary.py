"""Numbers for programs, which are exact, and for the dashboard, where counts stop: no page counts a whole table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery

from policies_app.models import (
    AccessKey,
    Attachment,
    Group,
    Identity,
    IdentityKind,
    InstanceProfile,
    Membership,
    Policy,
    PolicyVersion,
    Role,
    User,
)

from . import access_keys, attachments, documents, groups, inline_policies, policy_versions
from .calls import Call, operation
from .identities import in_account

COUNTED = 10_000
SHOWN = 10
NEWEST = 500
"""So many are looked through for what nobody uses: where all is in use, nothing else ends the search."""
# AWS's own, which it raises on request; nothing here stops at them.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
ADJUSTABLE_QUOTAS = {
    "UsersQuota": 5000,
    "GroupsQuota": 300,
    "RolesQuota": 1000,
    "PoliciesQuota": 1500,
    "PolicyVersionsInUseQuota": 10000,
    "InstanceProfilesQuota": 1000,
}
QUOTAS = ADJUSTABLE_QUOTAS | {
    "AccessKeysPerUserQuota": access_keys.KEYS_PER_USER,
    "AssumeRolePolicySizeQuota": documents.TRUST_POLICY_SIZE,
    "AttachedPoliciesPerGroupQuota": attachments.ATTACHED_PER_IDENTITY,
    "AttachedPoliciesPerRoleQuota": attachments.ATTACHED_PER_IDENTITY,
    "AttachedPoliciesPerUserQuota": attachments.ATTACHED_PER_IDENTITY,
    "GroupPolicySizeQuota": inline_policies.INLINE_SIZE[IdentityKind.GROUP],
    "RolePolicySizeQuota": inline_policies.INLINE_SIZE[IdentityKind.ROLE],
    "UserPolicySizeQuota": inline_policies.INLINE_SIZE[IdentityKind.USER],
    "GroupsPerUserQuota": groups.GROUPS_PER_USER,
    "PolicySizeQuota": documents.MANAGED_POLICY_SIZE,
    "VersionsPerPolicyQuota": policy_versions.VERSIONS_PER_POLICY,
    "ServerCertificatesQuota": 20,
    "SigningCertificatesPerUserQuota": 2,
}
# There is no root user here, and none of these can be made.
ABSENT = dict.fromkeys(
    (
        "AccountAccessKeysPresent",
        "AccountMFAEnabled",
        "AccountPasswordPresent",
        "AccountSigningCertificatesPresent",
        "MFADevices",
        "MFADevicesInUse",
        "Providers",
        "ServerCertificates",
    ),
    0,
)


@dataclass(frozen=True, slots=True)
class Fullest:
    """Who has used most of a quota that holds for each of many."""

    row: Identity | Policy
    used: int


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """Each part is read when it is asked for: a program that wants the figures does not pay for the dashboard's lists.

    Each count but those of `figures` is at most `COUNTED` + 1, which says "more than that".
    """

    call: Call

    @property
    def users(self) -> int:
        return self._number_of(User)

    @property
    def groups(self) -> int:
        return self._number_of(Group)

    @property
    def roles(self) -> int:
        return self._number_of(Role)

    @property
    def customer_policies(self) -> int:
        return _count(self._own_policies)

    @property
    def users_never_signed_in(self) -> Iterable[User]:
        return in_account(self.call, User).filter(last_login=None, password_changed__isnull=False)[:SHOWN]

    @property
    def users_without_group(self) -> Iterable[User]:
        of_account = Identity.objects.filter(account_id=self.call.account_id, kind=IdentityKind.USER)
        users = in_account(self.call, User).filter(pk__in=_newest(of_account))
        return _without(users, member=Membership.objects.filter(user=OuterRef("pk")))[:SHOWN]

    @property
    def policies_attached_to_nothing(self) -> Iterable[Policy]:
        attached = Attachment.objects.filter(policy=OuterRef("pk"))
        bounded = Identity.objects.filter(boundary=OuterRef("pk"))
        policies = Policy.objects.filter(pk__in=_newest(self._own_policies))
        return _without(policies, attached=attached, bounds=bounded)[:SHOWN]

    @property
    def policies_with_all_versions_used(self) -> Iterable[Policy]:
        most = policy_versions.VERSIONS_PER_POLICY
        # Fewer ever made are fewer kept: most policies need not be counted.
        counted = self._own_policies.filter(latest_version__gte=most).annotate(used=Count("versions"))
        return counted.filter(used__gte=most)[:SHOWN]

    def figures(self) -> dict[str, int]:
        """What AWS answers, by its names; each count is exact."""
        account = Q(account_id=self.call.account_id)
        kinds = Identity.objects.filter(account).order_by().values_list("kind").annotate(number=Count("pk"))
        identities = dict(kinds)
        attached = Attachment.objects.filter(policy=OuterRef("pk"), identity__account_id=self.call.account_id)
        return {
            **QUOTAS,
            **ABSENT,
            "Users": identities.get(IdentityKind.USER, 0),
            "Groups": identities.get(IdentityKind.GROUP, 0),
            "Roles": identities.get(IdentityKind.ROLE, 0),
            "Policies": self._own_policies.count(),
            "InstanceProfiles": InstanceProfile.objects.filter(account).count(),
            # Of each policy that an identity has, the default version: it is the one in force.
            "PolicyVersionsInUse": Policy.objects.filter(account | Q(account=None), Exists(attached)).count(),
            "GlobalEndpointTokenVersion": 1,
        }

    def fullest(self) -> dict[str, Fullest]:
        """By the name of the quota; without those that nobody has used. It goes through all rows of each kind."""
        of_identity = {"identity__account_id": self.call.account_id}
        counted: dict[str, tuple[int, int] | None] = {
            **{
                f"AttachedPoliciesPer{kind.label}Quota": _most(
                    Attachment.objects.filter(**of_identity, identity__kind=kind), "identity_id"
                )
                for kind in IdentityKind
            },
            "GroupsPerUserQuota": _most(Membership.objects.filter(user__account_id=self.call.account_id), "user_id"),
            "AccessKeysPerUserQuota": _most(AccessKey.objects.filter(user__account_id=self.call.account_id), "user_id"),
        }
        versions = _most(PolicyVersion.objects.filter(policy__account_id=self.call.account_id), "policy_id")
        identities = Identity.objects.in_bulk([most[0] for most in counted.values() if most])
        found = {name: Fullest(identities[most[0]], most[1]) for name, most in counted.items() if most}
        if versions:
            found["VersionsPerPolicyQuota"] = Fullest(Policy.objects.get(pk=versions[0]), versions[1])
        return found

    def _number_of(self, model: type[User | Group | Role]) -> int:
        return _count(Identity.objects.filter(account_id=self.call.account_id, kind=model.KIND))

    @property
    def _own_policies(self) -> QuerySet[Policy]:
        return Policy.objects.filter(account_id=self.call.account_id)


@operation("GetAccountSummary", reads=True)
def get_account_summary(call: Call) -> AccountSummary:
    call.authorize("*")
    return AccountSummary(call)


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-created", "-pk").values("pk")[:NEWEST]


def _without(rows: QuerySet[Any], **others: QuerySet[Any]) -> QuerySet[Any]:
    """Those with none of the others. Asked of one row after the other, as the first few are wanted, and not of all."""
    found = {name: Subquery(other.order_by().values("pk")[:1]) for name, other in others.items()}
    without: QuerySet[Any] = rows.alias(**found).filter(**dict.fromkeys(found))
    return without


def _most(rows: QuerySet[Any], by: str) -> tuple[int, int] | None:
    """Whose the most rows are, by primary key, and how many."""
    counted = rows.order_by().values(by).annotate(used=Count("pk"))
    first = counted.order_by("-used", by).first()
    return (first[by], first["used"]) if first else None


def _count[M: Model](rows: QuerySet[M]) -> int:
    return rows.order_by()[: COUNTED + 1].count()
