"""What an account holds, in figures and as files: quotas, the credential report, authorization details."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from console.web.forms.account import DetailsForm
from console.web.panels import panel
from console.web.requests import ConsoleRequest
from console.web.templatetags.links import page as page_of
from policies_app.models import CredentialReport
from policies_app.operations import credential_report as operations
from policies_app.operations.calls import Call
from policies_app.operations.errors import ReportExpired, ReportInProgress, ReportNotPresent
from policies_app.operations.summary import QUOTAS, AccountSummary, Fullest, get_account_summary

from .account import page
from .identities import gate

NEARLY_FULL, FULL = 80, 100
"""Per cent of a quota."""


@dataclass(frozen=True, slots=True)
class Quota:
    """`of` names who has used most of it, where it holds for each of many; `used` is None where nobody looked."""

    label: str
    quota: int
    used: int | None = None
    url: str = ""
    of: str = ""

    @property
    def percent(self) -> int:
        return 0 if self.used is None else 100 * self.used // self.quota

    @property
    def tone(self) -> str:
        return "danger" if self.percent >= FULL else "warn" if self.percent >= NEARLY_FULL else ""


# Name of the figure, of its quota, what it is called, and where its things are listed.
OF_ACCOUNT = (
    ("Users", "UsersQuota", "Users", "users:list"),
    ("Groups", "GroupsQuota", "Groups", "groups:list"),
    ("Roles", "RolesQuota", "Roles", "roles:list"),
    ("Policies", "PoliciesQuota", "Customer managed policies", "policies:list"),
    ("PolicyVersionsInUse", "PolicyVersionsInUseQuota", "Policy versions in use", ""),
    ("InstanceProfiles", "InstanceProfilesQuota", "Instance profiles", ""),
)
OF_EACH = (
    ("AttachedPoliciesPerUserQuota", "Managed policies attached to a user"),
    ("AttachedPoliciesPerGroupQuota", "Managed policies attached to a group"),
    ("AttachedPoliciesPerRoleQuota", "Managed policies attached to a role"),
    ("GroupsPerUserQuota", "Groups of a user"),
    ("AccessKeysPerUserQuota", "Access keys of a user"),
    ("VersionsPerPolicyQuota", "Versions of a customer managed policy"),
)
SIZES = (
    ("UserPolicySizeQuota", "Inline policies of a user, all together"),
    ("GroupPolicySizeQuota", "Inline policies of a group, all together"),
    ("RolePolicySizeQuota", "Inline policies of a role, all together"),
    ("PolicySizeQuota", "A managed policy"),
    ("AssumeRolePolicySizeQuota", "A trust policy"),
)


@require_safe
def quotas(request: ConsoleRequest) -> HttpResponse:
    """Who has used most of their quotas is looked for when it is asked: it goes through all that is attached."""
    found = panel(get_account_summary, request.call)
    is_searched = "fullest" in request.GET
    fullest = found.value.fullest() if found.value and is_searched else {}
    context = {
        "found": found,
        "rows": _of_account(found.value) if found.value else [],
        "each": [_of_each(name, label, fullest.get(name)) for name, label in OF_EACH],
        "sizes": [Quota(label, QUOTAS[name]) for name, label in SIZES],
        "is_searched": is_searched,
    }
    fragment = "#each" if request.htmx and is_searched else ""
    return page(request, "quotas", f"account/quotas.html{fragment}", context)


def _of_account(summary: AccountSummary) -> list[Quota]:
    figures = summary.figures()
    return [
        Quota(label, figures[quota], figures[name], reverse(route) if route else "")
        for name, quota, label, route in OF_ACCOUNT
    ]


def _of_each(name: str, label: str, fullest: Fullest | None) -> Quota:
    if fullest is None:
        return Quota(label, QUOTAS[name])
    return Quota(label, QUOTAS[name], fullest.used, page_of(fullest.row), fullest.row.name)


@require_safe
def credential_report(request: ConsoleRequest) -> HttpResponse:
    """While it is written the page asks again every other second, or is loaded again by who has no JavaScript."""
    found = panel(_report, request.call)
    report = found.value.report if found.value else None
    context = {
        "found": found,
        "report": report,
        "users": report.content.count("\n") - 1 if report else 0,
        "expires": report.generated + operations.KEPT if report and report.generated else None,
        "may_generate": gate(request.call, "iam:GenerateCredentialReport", "*"),
    }
    template = f"account/credential_report.html{'#state' if request.htmx and not request.htmx.boosted else ''}"
    return page(request, "credential_report", template, context)


@dataclass(frozen=True, slots=True)
class Report:
    """The report, or why there is none: `is_being_written`, `has_expired`, or it was never asked for."""

    report: CredentialReport | None = None
    is_being_written: bool = False
    has_expired: bool = False


def _report(call: Call) -> Report:
    try:
        return Report(operations.get_credential_report(call))
    except ReportInProgress:
        return Report(is_being_written=True)
    except ReportExpired:
        return Report(has_expired=True)
    except ReportNotPresent:
        return Report()


@require_POST
def generate(request: ConsoleRequest) -> HttpResponse:
    operations.generate_credential_report(request.call)
    return redirect("account:credential_report")


@require_safe
def download(request: ConsoleRequest) -> HttpResponse:
    """In AWS's columns, as programs read it."""
    report = operations.get_credential_report(request.call)
    made = f"{report.generated:%Y%m%dT%H%M%SZ}"
    name = f"credential-report-{report.account_id}-{made}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(report.content + "\n", content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def authorization_details(request: ConsoleRequest) -> HttpResponse:
    decision = request.call.may("iam:GetAccountAuthorizationDetails", "*")
    context = {"form": DetailsForm(), "decision": decision}
    status = 200 if decision.allowed else 403
    return page(request, "authorization_details", "account/authorization_details.html", context, status=status)
