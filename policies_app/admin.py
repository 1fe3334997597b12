from django.contrib.admin import AdminSite


class GrantbookAdminSite(AdminSite):
    site_header = "Grantbook"
