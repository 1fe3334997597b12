"""What a caller passes to the simulator, checked and read: policies, context keys, resources and identities."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from policies_app.engine.arn import Arn
from policies_app.engine.compiled import compile_document
from policies_app.engine.decision import Layer, PolicySource, Sourced
from policies_app.engine.errors import InvalidArn, InvalidValue
from policies_app.engine.parser import parse
from policies_app.engine.principals import account_of
from policies_app.engine.request import Principal, PrincipalKind
from policies_app.engine.values import read_binary, read_bool, read_date, read_network, read_number
from policies_app.models import Document, Identity, IdentityKind

from .errors import InvalidInput

type ContextEntries = list[dict[str, Any]]
"""As on the wire: `[{"ContextKeyName": …, "ContextKeyValues": […], "ContextKeyType": "string"}]`."""

EVERY_RESOURCE: Final = "*"
LARGEST: Final = 131_072
"""Characters of all policies that are given: what the IAM API takes for one of them."""
_CONTEXT_TYPES: Final[dict[str, Callable[[str], object]]] = {
    "string": str,
    "numeric": read_number,
    "boolean": read_bool,
    "ip": read_network,
    "binary": read_binary,
    "date": read_date,
}
_EC2: Final = ("instance", "image", "security-group", "network-interface")
_HANDLING: Final = {
    "EC2-VPC-InstanceStore": _EC2,
    "EC2-VPC-InstanceStore-Subnet": (*_EC2, "subnet"),
    "EC2-VPC-EBS": (*_EC2, "volume"),
    "EC2-VPC-EBS-Subnet": (*_EC2, "subnet", "volume"),
}
_KINDS: Final = {"user": PrincipalKind.USER, "group": PrincipalKind.USER, "role": PrincipalKind.ASSUMED_ROLE}


@dataclass(slots=True)
class Documents:
    """The policies of a simulation with their texts by key, and with the simulator's names of inline policies."""

    policies: list[Sourced] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    inline: dict[PolicySource, str] = field(default_factory=dict)
    given: int = 0

    def add_stored(self, identity: Identity, sources: Sequence[PolicySource]) -> None:
        """Policies that bear on the identity."""
        for key, document in Document.objects.in_bulk([source.key for source in sources]).items():
            self.texts[key] = document.text
        for source in sources:
            policy = compile_document(source.key, self.texts[source.key], Layer.IDENTITY)
            self.policies.append((source, policy))
            if not source.arn:
                kind, owner = (IdentityKind.GROUP, source.via) if source.via else (identity.kind, identity.name)
                self.inline[source] = f"{kind}_{owner}_{source.name}"

    def read(self, layer: Layer, parameter: str, texts: Iterable[str] | None, level: str = "") -> None:
        for number, text in enumerate(texts or (), start=1):
            self._read(layer, f"{parameter}.{number}", text, level)

    def read_boundary(self, texts: Sequence[str] | None) -> None:
        if texts and len(texts) > 1:
            raise InvalidInput("PermissionsBoundaryPolicyInputList holds one policy: an identity has one boundary.")
        self.read(Layer.BOUNDARY, "PermissionsBoundaryPolicyInputList", texts)

    def read_level(self, number: int, texts: Sequence[str]) -> None:
        """One level of an organization, where at least one SCP is always attached."""
        parameter = f"OrderedOrganizationPolicyInputList.{number}"
        if not texts:
            raise InvalidInput(f"{parameter} holds no service control policy.")
        self.read(Layer.SCP, f"{parameter}.ServiceControlPolicyInputList", texts, f"level {number}")

    def read_resource_policy(self, text: str | None) -> None:
        if text is not None:
            self._read(Layer.RESOURCE, "ResourcePolicy", text)

    def _read(self, layer: Layer, name: str, text: str, level: str = "") -> None:
        self.given += len(text)
        if self.given > LARGEST:
            raise InvalidInput(f"The policies have more than {LARGEST} characters together.")
        key = sha256(text.encode()).hexdigest()
        policy = compile_document(key, text, layer)
        if policy is None:
            finding = parse(text, layer).errors[0]
            start = finding.span.start
            raise InvalidInput(f"{name}: {finding.message} (line {start.line}, column {start.column + 1})")
        source = PolicySource(layer, name, key=key, level=level)
        self.policies.append((source, policy))
        self.texts[key] = text


def read_identity(arn: str) -> tuple[str, str]:
    """The kind and the name of an identity."""
    try:
        parsed = Arn.parse(arn)
    except InvalidArn as error:
        raise InvalidInput(f"ARN {arn} is not valid.") from error
    kind, _, path = parsed.resource.partition("/")
    if parsed.service != "iam" or kind not in _KINDS:
        raise InvalidInput(f"{arn} is not the ARN of a user, group or role.")
    return kind, path.rpartition("/")[2]


def read_caller(arn: str, resource_policy: str | None) -> Principal:
    kind, _ = read_identity(arn)
    if resource_policy and kind != "user":
        raise InvalidInput(f"Resource-based policies are simulated for users, and {arn} is a {kind}.")
    return Principal(arn, Arn.parse(arn).account, _KINDS[kind], arn if kind == "role" else None)


def read_owner(owner: str | None) -> str | None:
    """The account that ResourceOwner stands for."""
    if owner is None:
        return None
    account = account_of(owner)
    if account is None or owner.isdecimal():
        raise InvalidInput(f"ResourceOwner {owner} is not the ARN of an account (arn:aws:iam::…:root).")
    return account


def read_resources(arns: Sequence[str] | None, handling: str | None) -> Sequence[str]:
    for arn in arns or ():
        if arn != EVERY_RESOURCE and not arn.startswith("arn:"):
            raise InvalidInput(f"{arn} is neither an ARN nor `*`.")
    if handling is not None:
        if handling not in _HANDLING:
            raise InvalidInput(f"{handling} is not a ResourceHandlingOption: {', '.join(_HANDLING)}.")
        missing = [kind for kind in _HANDLING[handling] if not any(f":{kind}/" in arn for arn in arns or ())]
        if missing:
            raise InvalidInput(f"{handling} needs resources of the kinds {', '.join(missing)}.")
    return arns or [EVERY_RESOURCE]


def read_context(entries: ContextEntries | None) -> dict[str, str | tuple[str, ...]]:
    """The keys with their values, each of which must be readable as what its type says."""
    found: dict[str, str | tuple[str, ...]] = {}
    for entry in entries or ():
        name, values = entry.get("ContextKeyName", ""), tuple(entry.get("ContextKeyValues", ()))
        kind = entry.get("ContextKeyType", "string")
        read = _CONTEXT_TYPES.get(kind.removesuffix("List"))
        if read is None:
            raise InvalidInput(f"{kind} is not a ContextKeyType.")
        if not kind.endswith("List") and len(values) != 1:
            raise InvalidInput(f"{name} has {len(values)} values; a {kind} has one.")
        try:
            for value in values:
                read(value)
        except InvalidValue as error:
            raise InvalidInput(f"{name}: {error}.") from error
        found[name] = values
    return found
