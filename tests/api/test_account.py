import pytest

from tests.api.conftest import Connect, error_of
from tests.company import PASSWORD
from tests.factories import Cast

GOOD = "Blue-Horse-7"


def test_an_alias_is_set_replaced_and_deleted(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    assert iam.list_account_aliases()["AccountAliases"] == []
    for alias in ("blue-horse", "red-horse"):
        iam.create_account_alias(AccountAlias=alias)
    answer = iam.list_account_aliases()
    assert (answer["AccountAliases"], answer["IsTruncated"]) == (["red-horse"], False)
    assert error_of(iam.create_account_alias, AccountAlias="red-horse") == (
        "EntityAlreadyExists",
        409,
        "The account alias red-horse already exists.",
    )
    assert error_of(iam.delete_account_alias, AccountAlias="blue-horse")[:2] == ("NoSuchEntity", 404)
    assert error_of(iam.create_account_alias, AccountAlias="Red")[:2] == ("ValidationError", 400)
    iam.delete_account_alias(AccountAlias="red-horse")
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_a_password_policy_tells_what_was_given_and_what_follows(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    iam.update_account_password_policy()
    plain = iam.get_account_password_policy()["PasswordPolicy"]
    kinds = ("Symbols", "Numbers", "UppercaseCharacters", "LowercaseCharacters")
    assert plain == {
        "MinimumPasswordLength": 6,
        "AllowUsersToChangePassword": False,
        "ExpirePasswords": False,
        **{f"Require{kind}": False for kind in kinds},
    }
    whole = {
        "MinimumPasswordLength": 10,
        "AllowUsersToChangePassword": True,
        "MaxPasswordAge": 60,
        "PasswordReusePrevention": 3,
        "HardExpiry": True,
        **{f"Require{kind}": True for kind in kinds},
    }
    iam.update_account_password_policy(**whole)
    assert iam.get_account_password_policy()["PasswordPolicy"] == whole | {"ExpirePasswords": True}


def test_errors_of_password_policies_are_aws_s(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    iam = client("maker")
    iam.update_account_password_policy()
    iam.delete_account_password_policy()
    assert error_of(iam.get_account_password_policy) == (
        "NoSuchEntity",
        404,
        "The Password Policy with domain name 123456789012 cannot be found.",
    )
    assert error_of(iam.delete_account_password_policy) == (
        "NoSuchEntity",
        404,
        "The account policy with name PasswordPolicy cannot be found.",
    )
    code, status, message = error_of(iam.update_account_password_policy, MinimumPasswordLength=129, MaxPasswordAge=1096)
    assert (code, status) == ("ValidationError", 400)
    assert message.startswith("2 validation errors detected: ")


def test_a_password_that_the_policy_does_not_take_is_refused_in_aws_words(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    cast.user("dana")
    iam = client("maker")
    iam.update_account_password_policy(MinimumPasswordLength=20)
    assert error_of(iam.create_login_profile, UserName="dana", Password=GOOD) == (
        "PasswordPolicyViolation",
        400,
        "Password should have a minimum length of 20",
    )


def test_login_profiles_are_as_old_as_their_first_password(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    iam, erin = client("maker"), {"UserName": "erin"}
    profile = iam.create_login_profile(**erin, Password=GOOD, PasswordResetRequired=True)["LoginProfile"]
    assert set(profile) == {"UserName", "CreateDate", "PasswordResetRequired"}
    iam.update_login_profile(**erin, Password="Blue-Horse-8")
    assert iam.get_login_profile(**erin)["LoginProfile"] == profile | {"PasswordResetRequired": False}
    iam.delete_login_profile(**erin)
    assert error_of(iam.create_login_profile, **erin) == (
        "ValidationError",
        400,
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
    )


def test_ones_own_password_is_changed_by_who_knows_it(company: Cast, client: Connect) -> None:
    for name in ("maker", "fred"):
        company.user(name, "*")
    maker, fred = client("maker"), client("fred")
    maker.create_login_profile(UserName="maker", Password=PASSWORD)
    assert error_of(maker.change_password, OldPassword="wrong", NewPassword=GOOD) == (
        "AccessDenied",
        403,
        "The old password was incorrect.",
    )
    maker.change_password(OldPassword=PASSWORD, NewPassword=GOOD)
    maker.change_password(OldPassword=GOOD, NewPassword=PASSWORD)
    assert error_of(fred.change_password, OldPassword=GOOD, NewPassword=PASSWORD) == (
        "NoSuchEntity",
        404,
        "Login Profile for User fred cannot be found.",
    )


SUMMARY = """AccessKeysPerUserQuota AccountAccessKeysPresent AccountMFAEnabled AccountPasswordPresent
    AccountSigningCertificatesPresent AssumeRolePolicySizeQuota AttachedPoliciesPerGroupQuota
    AttachedPoliciesPerRoleQuota AttachedPoliciesPerUserQuota GlobalEndpointTokenVersion GroupPolicySizeQuota Groups
    GroupsPerUserQuota GroupsQuota InstanceProfiles InstanceProfilesQuota MFADevices MFADevicesInUse Policies
    PoliciesQuota PolicySizeQuota PolicyVersionsInUse PolicyVersionsInUseQuota Providers RolePolicySizeQuota Roles
    RolesQuota ServerCertificates ServerCertificatesQuota SigningCertificatesPerUserQuota UserPolicySizeQuota Users
    UsersQuota VersionsPerPolicyQuota"""


def test_the_summary_has_every_figure_of_aws_s(company: Cast, client: Connect) -> None:
    company.user("maker", "*")
    figures = client("maker").get_account_summary()["SummaryMap"]
    assert sorted(figures) == SUMMARY.split()
    assert [figures[name] for name in ("Users", "Groups", "Roles", "InstanceProfiles")] == [3, 2, 3, 2]


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("create_account_alias", {"AccountAlias": "blue-horse"}),
        ("delete_account_alias", {"AccountAlias": "the-company"}),
        ("list_account_aliases", {}),
        ("update_account_password_policy", {}),
        ("get_account_password_policy", {}),
        ("delete_account_password_policy", {}),
        ("get_account_summary", {}),
    ],
)
def test_who_is_allowed_nothing_is_refused(company: Cast, client: Connect, method: str, given: dict[str, str]) -> None:
    company.user("nobody")
    code, status, message = error_of(getattr(client("nobody"), method), **given)
    assert (code, status) == ("AccessDenied", 403)
    assert "no identity-based policy allows" in message
