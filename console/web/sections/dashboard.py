from django.urls import path

from console.web.views import dashboard

urlpatterns = [path("", dashboard.dashboard, name="dashboard")]
