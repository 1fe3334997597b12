"""What a program asks before it deletes a user, and is answered with nothing."""

import pytest

from tests.api.conftest import Connect, error_of
from tests.factories import Cast

OF_A_USER = {
    "list_mfa_devices": "MFADevices",
    "list_signing_certificates": "Certificates",
    "list_ssh_public_keys": "SSHPublicKeys",
    "list_service_specific_credentials": "ServiceSpecificCredentials",
}
OF_THE_ACCOUNT = {
    "list_virtual_mfa_devices": "VirtualMFADevices",
    "list_server_certificates": "ServerCertificateMetadataList",
    "list_open_id_connect_providers": "OpenIDConnectProviderList",
    "list_saml_providers": "SAMLProviderList",
}


@pytest.mark.parametrize("method", OF_A_USER)
def test_a_user_who_is_there_has_none_and_one_who_is_not_is_absent(cast: Cast, client: Connect, method: str) -> None:
    cast.user("maker", "*")
    ask = getattr(client("maker"), method)
    assert (ask(UserName="maker")[OF_A_USER[method]], ask()[OF_A_USER[method]]) == ([], [])
    assert error_of(ask, UserName="none") == ("NoSuchEntity", 404, "The user with name none cannot be found.")


@pytest.mark.parametrize("method", OF_THE_ACCOUNT)
def test_an_account_has_none(cast: Cast, client: Connect, method: str) -> None:
    cast.user("maker", "*")
    answer = getattr(client("maker"), method)()
    assert answer[OF_THE_ACCOUNT[method]] == []
    assert answer.get("IsTruncated", False) is False


def test_credentials_of_all_users_are_none_either(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    assert client("maker").list_service_specific_credentials(AllUsers=True)["ServiceSpecificCredentials"] == []


def test_no_device_has_tags(cast: Cast, client: Connect) -> None:
    cast.user("maker", "*")
    serial = "arn:aws:iam::123456789012:mfa/phone"
    assert error_of(client("maker").list_mfa_device_tags, SerialNumber=serial) == (
        "NoSuchEntity",
        404,
        f"MFA Device with serial number {serial} does not exist.",
    )


@pytest.mark.parametrize("method", [*OF_A_USER, *OF_THE_ACCOUNT, "list_mfa_device_tags"])
def test_who_is_allowed_nothing_is_refused(cast: Cast, client: Connect, method: str) -> None:
    cast.user("nobody")
    given = {"SerialNumber": "GAHT12345678"} if method == "list_mfa_device_tags" else {}
    code, status, _ = error_of(getattr(client("nobody"), method), **given)
    assert (code, status) == ("AccessDenied", 403)
