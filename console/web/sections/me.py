from django.urls import path

from console.web.views import me

urlpatterns = [
    path("", me.permissions, name="permissions"),
    path("password/", me.password, name="password"),
]
