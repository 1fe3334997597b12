from django.urls import path

from console.web.views import catalog

urlpatterns = [
    path("<name:prefix>/", catalog.service, name="service"),
    path("<name:prefix>/<name:action>/", catalog.action, name="action"),
]
