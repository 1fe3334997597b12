from policies_app.models import User
from tests.api.conftest import Connect, error_of
from tests.company import PASSWORD as OLD
from tests.factories import Cast

NEW = "another-odd-one-9"
ERIN = {"UserName": "erin"}


def test_a_password_is_given_replaced_and_taken_away(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    profile = iam.create_login_profile(**ERIN, Password=OLD)["LoginProfile"]
    assert set(profile) == {"UserName", "CreateDate", "PasswordResetRequired"}
    assert (profile["UserName"], profile["PasswordResetRequired"]) == ("erin", False)
    assert iam.get_login_profile(**ERIN)["LoginProfile"] == profile
    iam.update_login_profile(**ERIN, Password=NEW, PasswordResetRequired=True)
    assert iam.get_login_profile(**ERIN)["LoginProfile"] == profile | {"PasswordResetRequired": True}
    assert User.objects.get(name="erin").check_password(NEW)
    iam.delete_login_profile(**ERIN)
    gone = ("NoSuchEntity", 404, "Login Profile for User erin cannot be found.")
    assert error_of(iam.get_login_profile, **ERIN) == gone


def test_whether_it_must_be_changed_is_changed_alone(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    for required in (True, False):
        iam.update_login_profile(UserName="dana", PasswordResetRequired=required)
        assert iam.get_login_profile(UserName="dana")["LoginProfile"]["PasswordResetRequired"] is required
    iam.update_login_profile(UserName="dana")
    assert User.objects.get(name="dana").check_password(OLD)


def test_without_a_name_it_is_one_s_own(company: Cast, client: Connect) -> None:
    company.inline("dana", "Own", "iam:GetLoginProfile", "iam:DeleteLoginProfile")
    User.objects.filter(name="dana").update(boundary=None)
    iam = client("dana")
    assert iam.get_login_profile()["LoginProfile"]["UserName"] == "dana"
    iam.delete_login_profile()
    assert not User.objects.get(name="dana").has_console_password


def test_one_changes_one_s_own_password(company: Cast, client: Connect) -> None:
    company.inline("dana", "Own", "iam:ChangePassword")
    User.objects.filter(name="dana").update(boundary=None)
    iam = client("dana")
    assert error_of(iam.change_password, OldPassword="not-the-old-one", NewPassword=NEW) == (
        "AccessDenied",
        403,
        "The old password was incorrect.",
    )
    code, status, _ = error_of(iam.change_password, OldPassword=OLD, NewPassword="x")
    assert (code, status) == ("PasswordPolicyViolation", 400)
    iam.change_password(OldPassword=OLD, NewPassword=NEW)
    assert User.objects.get(name="dana").check_password(NEW)


def test_errors_of_login_profiles_are_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam = client("maker")
    nobody = ("NoSuchEntity", 404, "The user with name nobody cannot be found.")
    none = ("NoSuchEntity", 404, "Login Profile for User erin cannot be found.")
    for method in (iam.get_login_profile, iam.delete_login_profile, iam.update_login_profile):
        assert error_of(method, UserName="nobody") == nobody
        assert error_of(method, **ERIN) == none
    assert error_of(iam.create_login_profile, UserName="nobody", Password=NEW) == nobody
    taken = ("EntityAlreadyExists", 409, "Login Profile for user dana already exists.")
    assert error_of(iam.create_login_profile, UserName="dana", Password=NEW) == taken
    assert error_of(iam.create_login_profile, **ERIN, Password="x")[:2] == ("PasswordPolicyViolation", 400)
    null = "Value at 'password' failed to satisfy constraint: Member must not be null"
    assert error_of(iam.create_login_profile, **ERIN) == (
        "ValidationError",
        400,
        f"1 validation error detected: {null}",
    )
    code, _, message = error_of(iam.create_login_profile, **ERIN, Password="日本語日本語日本語")
    assert code == "ValidationError"
    assert "日" not in message
