"""Reading Principal and NotPrincipal: `*`, or an object of the kinds AWS, Service, Federated and CanonicalUser.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from typing import Final

from policies_app.engine.document import Layer, NamedPrincipal, PrincipalType
from policies_app.engine.elements.reading import Problem, Reading, error
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Plain
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


def read_principals(node: Plain, path: Path, reading: Reading) -> tuple[NamedPrincipal, ...]:
    if isinstance(node, dict):
        return _read_map(node, path, reading)
    if type(node) is not str:
        reading.mismatch(str(path[-1]), "`*` or an object", node, path)
    elif node != "*":
        message = f"{path[-1]} is `*` or an object such as {{`AWS`: …}}, not {shown(node)}"
        reading.error("INVALID_PRINCIPAL_FORMAT", message, path)
    elif reading.kind is Layer.TRUST:
        message = f"{path[-1]} is not `*` in a role trust policy; say {{`AWS`: `*`}} to mean everybody"
        reading.error("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", message, path)
    else:
        return (_EVERYONE,)
    return ()


def _read_map(node: dict[str, Plain], path: Path, reading: Reading) -> tuple[NamedPrincipal, ...]:
    named: list[NamedPrincipal] = []
    empty = True
    known = [kind.value for kind in _FORMS if _is_known(kind, reading.kind)]
    for key, value in node.items():
        where: Path = (*path, key)
        if key not in known:
            message = f"{shown(key)} is not a kind of principal here{did_you_mean(key, known)}"
            reading.error("INVALID_PRINCIPAL_KEY", message, where, at_key=True)
            empty = False
            continue
        texts = reading.strings(value, key, where)
        empty = empty and texts is not None and not texts
        for text, index in texts or ():
            read = _read_one(PrincipalType(key), text, reading.kind)
            if isinstance(read, Problem):
                reading.add(read, (*where, *index))
            else:
                named.append(read)
    if empty:
        reading.error("MISSING_PRINCIPAL", f"{path[-1]} names nobody", path)
    return tuple(named)


def _is_known(kind: PrincipalType, policy: Layer) -> bool:
    """Canonical users are S3's, who trusts no roles."""
    return kind is not PrincipalType.CANONICAL_USER or policy is not Layer.TRUST


def _read_one(kind: PrincipalType, text: str, policy: Layer) -> NamedPrincipal | Problem:
    if text == "*" and kind is PrincipalType.AWS:
        return _EVERYONE
    if "*" in text or "?" in text:
        message = f"{shown(text)} has a wildcard, and a principal takes none; only `*` alone, for everybody"
        return error("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", message)
    if not _FORMS[kind].fullmatch(text):
        return error("INVALID_PRINCIPAL_FORMAT", f"{shown(text)} is not {_EXPECTED[kind]}")
    if kind is PrincipalType.FEDERATED and policy is Layer.RESOURCE and ":saml-provider/" not in text:
        message = f"{shown(text)} signs people in with OIDC, and only role trust policies know such principals"
        return error("INVALID_PRINCIPAL_FORMAT", message)
    return NamedPrincipal(kind, text)
