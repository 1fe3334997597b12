from django.contrib import admin
from django.urls import include, path

from console import authorization_details

urlpatterns = [
    path("admin/", admin.site.urls),
    path(
        "account/authorization-details/authorization-details.json",
        authorization_details.download,
        name="authorization_details_file",
    ),
    path("", include("console.web.urls")),
]
