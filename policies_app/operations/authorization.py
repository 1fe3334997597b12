"""May this principal do this? The engine says; this module brings it the policies that bear on the principal.

Two ways to bear policies, one way to decide: an identity's are read from the database, with one indexed
query; a system task's come with it. Nothing here is remembered from one request to the next but the compiled
form of documents, which are immutable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast

from policies_app.engine.compiled import cached_document, compile_document
from policies_app.engine.document import Policy
from policies_app.engine.evaluator import Layer, PolicySet, PolicySource, Sourced
from policies_app.engine.index import policy_set
from policies_app.models import Attachment, Document, Identity, IdentityKind, InlinePolicy, PolicyVersion
from policies_app.models.policies import policy_arn
from policies_app.models.prepared import Prepared


class Grants(Protocol):
    """What bears on a principal."""

    def load(self) -> PolicySet: ...

    def tags(self) -> Iterable[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class IdentityGrants:
    """The policies of a stored user or role: attached, inline, through groups, and the boundary."""

    identity_id: int

    def load(self) -> PolicySet:
        return compile_all(policy_sources(self.identity_id))

    def tags(self) -> Iterable[tuple[str, str]]:
        return Identity(pk=self.identity_id).tags.values_list("key", "value")


@dataclass(frozen=True, slots=True)
class SystemGrants:
    """The one policy of a named system task, such as the first start, which runs before there is any identity."""

    name: str
    document: str

    def load(self) -> PolicySet:
        source = PolicySource(layer=Layer.IDENTITY, name=self.name, arn=None, via=None, key=f"system:{self.name}")
        return policy_set([(source, compile_document(source.key, self.document, Layer.IDENTITY))])

    def tags(self) -> Iterable[tuple[str, str]]:
        return ()


def policy_sources(identity_id: int, session_policy_ids: Sequence[int] = ()) -> list[PolicySource]:
    """Every document that bears on the identity and where it comes from, by one query.

    Managed policies may limit a session as well.
    """
    return [
        PolicySource(
            layer=Layer(layer),
            name=name,
            arn=policy_arn(account, name, path) if path else None,
            via=via_name if via_kind == IdentityKind.GROUP else None,
            key=document,
        )
        for layer, name, account, path, via_kind, via_name, document in (
            _bearing(identity_id, session_policy_ids) if session_policy_ids else _bearing_alone(identity_id)
        )
    ]


def _bearing(identity_id: int, session_policy_ids: Sequence[int] = ()) -> QuerySet[Any, tuple[Any, ...]]:
    """Direct and through groups are branches of their own, so that each is a walk along indexes."""
    bears = {"identity_id": identity_id}, {"identity__group__memberships__user_id": identity_id}
    branches = [
        *(_managed(Attachment.objects.filter(**condition)) for condition in bears),
        *(_inline(InlinePolicy.objects.filter(**condition)) for condition in bears),
        _limit(Layer.BOUNDARY, PolicyVersion.objects.filter(is_default=True, policy__bounded=identity_id)),
    ]
    if session_policy_ids:
        in_force = PolicyVersion.objects.filter(is_default=True, policy__in=session_policy_ids)
        branches.append(_limit(Layer.SESSION, in_force))
    return branches[0].union(*branches[1:], all=True)


_bearing_alone = Prepared(_bearing, int)


NOTHING = Cast(Value(None), CharField())


def _managed(attachments: QuerySet[Attachment]) -> QuerySet[Attachment, tuple[Any, ...]]:
    return attachments.filter(policy__versions__is_default=True).values_list(
        Value(Layer.IDENTITY.value),
        "policy__name",
        "policy__account_id",
        "policy__path",
        "identity__kind",
        "identity__name",
        "policy__versions__document_id",
    )


def _inline(policies: QuerySet[InlinePolicy]) -> QuerySet[InlinePolicy, tuple[Any, ...]]:
    return policies.values_list(
        Value(Layer.IDENTITY.value), "name", NOTHING, NOTHING, "identity__kind", "identity__name", "document_id"
    )


def _limit(layer: Layer, versions: QuerySet[PolicyVersion]) -> QuerySet[PolicyVersion, tuple[Any, ...]]:
    return versions.values_list(
        Value(layer.value),
        "policy__name",
        "policy__account_id",
        "policy__path",
        NOTHING,
        NOTHING,
        "document_id",
    )


def compile_all(sources: Sequence[PolicySource], others: Iterable[Sourced] = ()) -> PolicySet:
    """The sources with their compiled documents. `others` are policies that are not stored."""
    compiled = compile_stored(source.key for source in sources)
    return policy_set([*((source, compiled[source.key]) for source in sources), *others])


def compile_stored(keys: Iterable[str]) -> dict[str, Policy | None]:
    """Identity policies by the hashes of their documents; None for one with errors.

    Only texts that this process has not compiled yet are read.
    """
    compiled = {key: cached_document(key, Layer.IDENTITY) for key in keys}
    unknown = [key for key, policy in compiled.items() if policy is None]
    for key, document in Document.objects.in_bulk(unknown).items() if unknown else ():
        compiled[key] = compile_document(key, document.text, Layer.IDENTITY)
    return compiled
