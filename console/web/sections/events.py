from django.urls import path

from console.web.views import events

urlpatterns = [path("", events.list_, name="list")]
