from django.urls import path

from console.web.views import account, password_policy, reports

urlpatterns = [
    path("", account.overview, name="overview"),
    path("alias/", account.alias, name="alias"),
    path("alias/~delete/", account.delete_alias, name="delete_alias"),
    path("password-policy/", password_policy.password_policy, name="password_policy"),
    path("password-policy/~edit/", password_policy.edit, name="edit_password_policy"),
    path("password-policy/~delete/", password_policy.delete, name="delete_password_policy"),
    path("quotas/", reports.quotas, name="quotas"),
    path("credential-report/", reports.credential_report, name="credential_report"),
    path("credential-report/~generate/", reports.generate, name="generate_credential_report"),
    path("credential-report/credential-report.csv", reports.download, name="credential_report_file"),
    path("authorization-details/", reports.authorization_details, name="authorization_details"),
]
