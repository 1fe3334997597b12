"""What nobody has here."""

from collections.abc import Callable

from console.api.registry import Action, InPages, Output, own_by_default, page_of
from policies_app.operations import devices


def in_pages(name: str, operation: Callable[..., list[str]]) -> InPages[str]:
    return InPages(name, operation, str)


def whole(name: str) -> Callable[[list[str]], Output]:
    """Of what AWS does not answer in pages."""
    return lambda items: {name: items}


ACTIONS = {
    "ListMFADevices": Action(
        in_pages("ListMFADevices", devices.list_mfa_devices), page_of("MFADevices", str), own_by_default
    ),
    "ListVirtualMFADevices": Action(
        in_pages("ListVirtualMFADevices", devices.list_virtual_mfa_devices), page_of("VirtualMFADevices", str)
    ),
    "ListMFADeviceTags": Action(in_pages("ListMFADeviceTags", devices.list_mfa_device_tags), page_of("Tags", str)),
    "ListSigningCertificates": Action(
        in_pages("ListSigningCertificates", devices.list_signing_certificates),
        page_of("Certificates", str),
        own_by_default,
    ),
    "ListSSHPublicKeys": Action(
        in_pages("ListSSHPublicKeys", devices.list_ssh_public_keys), page_of("SSHPublicKeys", str), own_by_default
    ),
    "ListServiceSpecificCredentials": Action(
        in_pages("ListServiceSpecificCredentials", devices.list_service_specific_credentials),
        page_of("ServiceSpecificCredentials", str),
    ),
    "ListServerCertificates": Action(
        in_pages("ListServerCertificates", devices.list_server_certificates),
        page_of("ServerCertificateMetadataList", str),
    ),
    "ListOpenIDConnectProviders": Action(devices.list_open_id_connect_providers, whole("OpenIDConnectProviderList")),
    "ListSAMLProviders": Action(devices.list_saml_providers, whole("SAMLProviderList")),
}
