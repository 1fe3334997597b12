"""The size of a document against the quotas of IAM and Organizations.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from policies_app.engine.document import Layer
from policies_app.engine.findings import FindingType
from policies_app.engine.validator.checks import OF_IDENTITIES, Hit, document_check, own
from policies_app.engine.validator.facts import DocumentFacts

_INLINE_QUOTA: Final = 10_240
"""Of the inline policies of a role together; no policy of an identity may be longer."""

_QUOTAS: Final = {
    Layer.IDENTITY: 6_144,
    Layer.BOUNDARY: 6_144,
    Layer.SESSION: 2_048,
    Layer.RESOURCE: 20_480,
    Layer.TRUST: 2_048,
    Layer.SCP: 5_120,
    Layer.RCP: 5_120,
}
"""A resource policy's is Amazon S3's; that of a trust policy can be raised to 4,096 characters."""

_NEAR: Final = 0.9
_EXCEEDED: Final = {
    Layer.RESOURCE: "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
    Layer.TRUST: "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
    Layer.SCP: "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
    Layer.RCP: "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
}

QUOTA_USED = own("QUOTA_USED", FindingType.SUGGESTION)


@dataclass(frozen=True, slots=True)
class Size:
    """How many characters count, and how many a document of the kind may have."""

    used: int
    quota: int


def size_of(text: str, kind: Layer) -> Size:
    """IAM counts all characters but white space; Organizations counts that too, unless its console removes it."""
    return Size(len(text) - sum(map(text.count, " \t\r\n")), _QUOTAS[kind])


@document_check("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", kinds=OF_IDENTITIES)
def too_long_for_an_identity(document: DocumentFacts) -> Iterator[Hit]:
    size = size_of(document.text, document.kind)
    if size.used > _INLINE_QUOTA:
        message = f"the policy has {size.used:,} characters; no policy of an identity may have over {_INLINE_QUOTA:,}"
        yield Hit("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", (), message)


@document_check(*_EXCEEDED.values(), kinds=frozenset(_EXCEEDED))
def too_long(document: DocumentFacts) -> Iterator[Hit]:
    size = size_of(document.text, document.kind)
    if size.used > size.quota:
        message = f"the policy has {size.used:,} characters; the quota is {size.quota:,}"
        yield Hit(_EXCEEDED[document.kind], (), message)


@document_check(QUOTA_USED)
def nearly_too_long(document: DocumentFacts) -> Iterator[Hit]:
    """Above the quota this speaks of managed policies: an inline one may be longer."""
    size = size_of(document.text, document.kind)
    over = _INLINE_QUOTA if document.kind in OF_IDENTITIES else size.quota
    if _NEAR * size.quota <= size.used <= over:
        message = f"the policy uses {size.used:,} of the {size.quota:,} characters of its quota"
        yield Hit(QUOTA_USED, (), f"{message} ({size.used / size.quota:.0%})")
