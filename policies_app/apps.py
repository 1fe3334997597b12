from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PoliciesAppConfig(AppConfig):
    name = "policies_app"
    verbose_name = "Identity and access"


class GrantbookAdminConfig(AdminConfig):
    default_site = "policies_app.admin.GrantbookAdminSite"
