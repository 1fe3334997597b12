"""Reading Principal and NotPrincipal: `*`, or an object of the kinds AWS, Service, Federated and CanonicalUser.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from typing import Final

from policies_app.engine.document import NamedPrincipal, PolicyKind, PrincipalType
from policies_app.engine.elements.reading import Reading
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Json, JsonObject, JsonString
from policies_app.engine.reports import did_you_mean, shown

_PARTITION: Final = r"arn:aws[a-z-]*"
_FORMS: Final[dict[PrincipalType, re.Pattern[str]]] = {
    PrincipalType.AWS: re.compile(
        rf"[0-9]{{12}}|{_PARTITION}:iam::[0-9]{{12}}:(?:root|user/.+|role/.+)"
        rf"|{_PARTITION}:sts::[0-9]{{12}}:(?:assumed-role/[^/]+/[^/]+|federated-user/.+)"
    ),
    PrincipalType.SERVICE: re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    PrincipalType.FEDERATED: re.compile(
        rf"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|{_PARTITION}:iam::[0-9]{{12}}:(?:saml-provider|oidc-provider)/.+"
    ),
    PrincipalType.CANONICAL_USER: re.compile(r"[0-9a-f]{64}"),
}
_EXPECTED: Final[dict[PrincipalType, str]] = {
    PrincipalType.AWS: "an account id, or the ARN of an account's root, a user, a role or a role session",
    PrincipalType.SERVICE: "a service such as `ec2.amazonaws.com`",
    PrincipalType.FEDERATED: "the ARN of an identity provider or a provider such as `accounts.google.com`",
    PrincipalType.CANONICAL_USER: "a canonical user id of 64 hexadecimal digits, as S3 gives one to each account",
}
_EVERYONE: Final = NamedPrincipal(PrincipalType.EVERYONE, "")


def read_principals(node: Json | None, path: Path, reading: Reading) -> tuple[NamedPrincipal, ...]:
    match node:
        case None:
            return ()
        case JsonString(value="*") if reading.kind is PolicyKind.TRUST:
            message = f"{path[-1]} is not `*` in a role trust policy; say {{`AWS`: `*`}} to mean everybody"
            code = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"
            reading.report.error(code, message, path, node.start, node.end)
            return ()
        case JsonString(value="*"):
            return (_EVERYONE,)
        case JsonString():
            message = f"{path[-1]} is `*` or an object such as {{`AWS`: …}}, not {shown(node.value)}"
            reading.report.error("INVALID_PRINCIPAL_FORMAT", message, path, node.start, node.end)
            return ()
        case JsonObject():
            return _read_map(node, path, reading)
        case _:
            reading.mismatch(str(path[-1]), "`*` or an object", node, path)
            return ()


def _read_map(node: JsonObject, path: Path, reading: Reading) -> tuple[NamedPrincipal, ...]:
    report = reading.report
    named: list[NamedPrincipal] = []
    empty = True
    for member in node.members:
        key = member.key
        where: Path = (*path, key.value)
        known = [kind.value for kind in _FORMS if _is_known(kind, reading.kind)]
        if key.value not in known:
            message = f"{shown(key.value)} is not a kind of principal here{did_you_mean(key.value, known)}"
            report.error("INVALID_PRINCIPAL_KEY", message, where, key.start, key.end)
            empty = False
            continue
        texts = reading.strings(member.value, key.value, where)
        empty = empty and texts == []
        for text, item, place in texts or ():
            if principal := _read_one(PrincipalType(key.value), text, item, place, reading):
                named.append(principal)
    if empty:
        report.error("MISSING_PRINCIPAL", f"{path[-1]} names nobody", path, node.start, node.end)
    return tuple(named)


def _is_known(kind: PrincipalType, policy: PolicyKind) -> bool:
    """Canonical users are S3's, who trusts no roles."""
    return kind is not PrincipalType.CANONICAL_USER or policy is not PolicyKind.TRUST


def _read_one(kind: PrincipalType, text: str, node: Json, path: Path, reading: Reading) -> NamedPrincipal | None:
    if text == "*" and kind is PrincipalType.AWS:
        return _EVERYONE
    if "*" in text or "?" in text:
        message = f"{shown(text)} has a wildcard, and a principal takes none; only `*` alone, for everybody"
        reading.report.error("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", message, path, node.start, node.end)
        return None
    if not _FORMS[kind].fullmatch(text):
        message = f"{shown(text)} is not {_EXPECTED[kind]}"
        reading.report.error("INVALID_PRINCIPAL_FORMAT", message, path, node.start, node.end)
        return None
    if kind is PrincipalType.FEDERATED and reading.kind is PolicyKind.RESOURCE and ":saml-provider/" not in text:
        message = f"{shown(text)} signs people in with OIDC, and only role trust policies know such principals"
        reading.report.error("INVALID_PRINCIPAL_FORMAT", message, path, node.start, node.end)
        return None
    return NamedPrincipal(kind, text)
