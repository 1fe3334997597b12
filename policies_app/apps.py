from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register
from django.core.management import get_commands

from policies_app.engine.compiled import limit_documents

from .checks import encryption_keys


class PoliciesAppConfig(AppConfig):
    name = "policies_app"
    verbose_name = "Identity and access"

    def ready(self) -> None:
        limit_documents(settings.COMPILED_CHARACTERS)
        register(encryption_keys)
        # Nobody is a superuser, and passwords are set by operations: `make_administrator` does what these would do.
        for command in ("createsuperuser", "changepassword"):
            get_commands().pop(command, None)


class GrantbookAdminConfig(AdminConfig):
    default_site = "policies_app.admin.GrantbookAdminSite"
