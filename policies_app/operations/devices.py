"""What cannot be made here, and is so truly answered: nobody has any. Programs ask before they delete a user.

MFA devices, signing and server certificates, SSH keys, service-specific credentials and identity providers.
Each asks for its own permission, and that the user is there, as it will when there is something to tell.
"""

from django.db.models import QuerySet

from policies_app.models import User

from . import identities
from .calls import Call, operation
from .errors import NoSuchEntity


def holders() -> "QuerySet[User]":
    """The users who have an MFA device, for the column and the filter of their list."""
    return User.objects.none()


@operation("ListMFADevices", reads=True)
def list_mfa_devices(call: Call, *, user_name: str) -> list[str]:
    return _none_of_user(call, user_name)


@operation("ListSigningCertificates", reads=True)
def list_signing_certificates(call: Call, *, user_name: str) -> list[str]:
    return _none_of_user(call, user_name)


@operation("ListSSHPublicKeys", reads=True)
def list_ssh_public_keys(call: Call, *, user_name: str) -> list[str]:
    return _none_of_user(call, user_name)


@operation("ListServiceSpecificCredentials", reads=True)
def list_service_specific_credentials(
    call: Call,
    *,
    user_name: str | None = None,
    service_name: str | None = None,  # noqa: ARG001  # there is nothing to choose from
    all_users: bool = False,
) -> list[str]:
    """Of one user, or of `all_users`; for one service, or for all."""
    if not all_users:
        return _none_of_user(call, user_name or call.user_name)
    call.authorize(f"arn:aws:iam::{call.account_id}:user/*")
    return []


@operation("ListVirtualMFADevices", reads=True)
def list_virtual_mfa_devices(
    call: Call,
    *,
    assignment_status: str = "Any",  # noqa: ARG001  # there is nothing to choose from
) -> list[str]:
    call.authorize(f"arn:aws:iam::{call.account_id}:mfa/")
    return []


@operation("ListMFADeviceTags", reads=True)
def list_mfa_device_tags(call: Call, *, serial_number: str) -> list[str]:
    """There is no such device, whatever its number."""
    call.authorize(serial_number if serial_number.startswith("arn:") else f"arn:aws:iam::{call.account_id}:mfa/*")
    raise NoSuchEntity(f"MFA Device with serial number {serial_number} does not exist.")


@operation("ListServerCertificates", reads=True)
def list_server_certificates(call: Call, *, path_prefix: str = "/") -> list[str]:
    call.authorize(f"arn:aws:iam::{call.account_id}:server-certificate{path_prefix}")
    return []


@operation("ListOpenIDConnectProviders", reads=True)
def list_open_id_connect_providers(call: Call) -> list[str]:
    call.authorize(f"arn:aws:iam::{call.account_id}:oidc-provider/*")
    return []


@operation("ListSAMLProviders", reads=True)
def list_saml_providers(call: Call) -> list[str]:
    call.authorize(f"arn:aws:iam::{call.account_id}:saml-provider/*")
    return []


def _none_of_user(call: Call, user_name: str) -> list[str]:
    call.authorize(identities.find(call, User, user_name))
    return []
