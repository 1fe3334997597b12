"""Numbers for the dashboard. Counts stop at `COUNTED`: no page counts a whole table."""

from dataclasses import dataclass

from django.db.models import Count, Model, QuerySet

from policies_app.models import Group, Policy, Role, User

from . import policies
from .calls import Call, operation
from .identities import in_account

COUNTED = 10_000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """Each count is at most `COUNTED` + 1, which says "more than that"; each list holds at most `SHOWN` rows."""

    users: int
    groups: int
    roles: int
    customer_policies: int
    users_never_signed_in: list[User]
    users_without_group: list[User]
    policies_attached_to_nothing: list[Policy]
    policies_with_all_versions_used: list[Policy]


@operation("GetAccountSummary", reads=True)
def get_account_summary(call: Call) -> AccountSummary:
    call.authorize("*")
    users = in_account(call, User)
    own_policies = Policy.objects.filter(account_id=call.account_id)
    return AccountSummary(
        users=_count(users),
        groups=_count(in_account(call, Group)),
        roles=_count(in_account(call, Role)),
        customer_policies=_count(own_policies),
        users_never_signed_in=list(users.filter(last_login=None, password_changed__isnull=False)[:SHOWN]),
        users_without_group=list(users.filter(memberships=None)[:SHOWN]),
        policies_attached_to_nothing=list(own_policies.filter(attachments=None, bounded=None)[:SHOWN]),
        policies_with_all_versions_used=list(
            own_policies.annotate(used=Count("versions")).filter(used__gte=policies.VERSIONS_PER_POLICY)[:SHOWN]
        ),
    )


def _count[M: Model](rows: QuerySet[M]) -> int:
    return rows.order_by()[: COUNTED + 1].count()
