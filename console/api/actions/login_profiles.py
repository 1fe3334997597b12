from console.api.registry import Action, Output, own_by_default
from policies_app.models import User
from policies_app.operations import credentials


def of(user: User) -> Output:
    return {
        "LoginProfile": {
            "UserName": user.name,
            "CreateDate": user.login_profile_created,
            "PasswordResetRequired": user.password_reset_required,
        }
    }


ACTIONS = {
    "CreateLoginProfile": Action(credentials.create_login_profile, of, own_by_default),
    "GetLoginProfile": Action(credentials.get_login_profile, of, own_by_default),
    "UpdateLoginProfile": Action(credentials.update_login_profile),
    "DeleteLoginProfile": Action(credentials.delete_login_profile, parameters=own_by_default),
    "ChangePassword": Action(credentials.change_password),
}
