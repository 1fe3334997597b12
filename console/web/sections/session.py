from django.urls import path

from console.web.views import session, switch_role

urlpatterns = [
    path("sign-in/", session.sign_in, name="sign_in"),
    path("sign-out/", session.sign_out, name="sign_out"),
    path("switch-role/", switch_role.switch_role, name="switch_role"),
    path("switch-role/~back/", switch_role.switch_back, name="switch_back"),
]
