"""Whom a trust policy means by an ARN: who had that name when it was saved, and nobody who takes the name later.

AWS keeps the unique id in place of the ARN of a user or role, and takes no ARN of one that is not there.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from policies_app.engine.document import Effect, Layer, NamedPrincipal, Policy, Statement
from policies_app.engine.findings import Finding, Path
from policies_app.engine.json_document import read_document
from policies_app.engine.parser import parse
from policies_app.engine.reports import Report, shown
from policies_app.engine.request import Principal, PrincipalKind
from policies_app.models import Account, Identity, Role, User

from .errors import MalformedPolicyDocument

UNKNOWN_PRINCIPAL = "INVALID_PRINCIPAL_REFERENCE"
IDENTITY = re.compile(r"arn:aws:iam::([0-9]{12}):(?:user|role)/(?:.*/)?([^/]+)")
SESSION = re.compile(r"(arn:aws:sts::([0-9]{12}):assumed-role/([^/]+))/[^/]+")


def resolve(text: str) -> dict[str, str]:
    """From each ARN of a user, role or role session in a trust policy without errors to the unique id.

    Of accounts that are not here nothing is known, so their ARNs are left out. Raises `MalformedPolicyDocument` with
    the place of each ARN that names nobody in an account that is here.
    """
    report = Report(text)
    document = read_document(text, report)
    assert document  # it was parsed before
    named = [(path, arn, *parts) for path, arn in _arns(document.value) if (parts := _parts(arn))]
    if not named:
        return {}
    here = set(Account.objects.filter(pk__in={account for *_, account, _ in named}).values_list("pk", flat=True))
    known = _identities(here, {name for *_, name in named})
    for path, arn, sought, account, _ in named:
        if account in here and sought not in known:
            message = f"{shown(arn)} is no user or role of account {account}"
            report.error(UNKNOWN_PRINCIPAL, message, path, *document.places.value(path))
    if report.findings:
        raise MalformedPolicyDocument(report.findings, text, Layer.TRUST)
    return {arn: known[sought] for _, arn, sought, account, _ in named if account in here}


def unknown_principals(text: str) -> tuple[Finding, ...]:
    """What `resolve` would refuse the text for; nothing of one that is no trust policy anyway."""
    if parse(text, Layer.TRUST).errors:
        return ()
    try:
        resolve(text)
    except MalformedPolicyDocument as error:
        return error.findings
    return ()


def _arns(document: Any) -> Iterator[tuple[Path, str]]:
    for path, statement in _each(document["Statement"], ("Statement",)):
        yield from _each(statement["Principal"].get("AWS", []), (*path, "Principal", "AWS"))


def _each(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The items of a list with their paths, or the one that stands there without a list."""
    if isinstance(value, list):
        yield from (((*path, index), item) for index, item in enumerate(value))
    else:
        yield path, value


def _parts(arn: str) -> tuple[str, str, str] | None:
    """What to look for, the account and the name; of a session the first is its ARN without the session's name."""
    if parts := IDENTITY.fullmatch(arn):
        return arn, parts[1], parts[2]
    if parts := SESSION.fullmatch(arn):
        return parts[1], parts[2], parts[3]
    return None


def _identities(accounts: set[str], names: set[str]) -> dict[str, str]:
    """Unique ids by ARN; of roles also by the beginning of their sessions' ARNs."""
    kinds = (User.KIND, Role.KIND)
    rows = Identity.objects.filter(account_id__in=accounts, kind__in=kinds, name__in=names)
    known: dict[str, str] = {}
    for row in rows:
        known[row.arn] = row.unique_id
        if row.kind == Role.KIND:
            known[f"arn:aws:sts::{row.account_id}:assumed-role/{row.name}"] = row.unique_id
    return known


def as_meant(policy: Policy, trusted_ids: Mapping[str, str], caller: Principal, unique_id: str) -> Policy:
    """The trust policy with every kept ARN standing for whom it was resolved to, as far as the caller is concerned.

    To be let in only the kept id counts; to be kept out the name does as well, since a Deny must hold as it reads.
    A trust policy has no NotPrincipal.
    """
    if not trusted_ids:
        return policy

    def meant(named: NamedPrincipal) -> NamedPrincipal:
        kept = trusted_ids.get(named.identifier)
        if kept is None:
            return named
        if kept != unique_id:
            return replace(named, identifier=kept)
        # Users are renamed, roles are not.
        return replace(named, identifier=caller.arn) if caller.kind is PrincipalKind.USER else named

    def read(statement: Statement) -> Statement:
        known = tuple(map(meant, statement.principal))
        if statement.effect is Effect.DENY:
            known = (*statement.principal, *known)
        return replace(statement, principal=known)

    return replace(policy, statements=tuple(map(read, policy.statements)))
