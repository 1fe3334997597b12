"""The size of a document against the quotas of IAM and Organizations.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
"""

from collections.abc import Iterator
from typing import Final

from policies_app.engine.validator.checks import OF_IDENTITIES, Hit, document_check
from policies_app.engine.validator.facts import DocumentFacts

INLINE_QUOTA: Final = 10_240


@document_check("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", kinds=OF_IDENTITIES)
def too_long_for_an_identity(document: DocumentFacts) -> Iterator[Hit]:
    if len(document.text) > INLINE_QUOTA and (size := size_of(document.text)) > INLINE_QUOTA:
        message = f"the policy has {size:,} characters; an inline policy of a role may have {INLINE_QUOTA:,}"
        yield Hit("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", (), message)


def size_of(text: str) -> int:
    """The characters that count: all but white space."""
    return len(text) - sum(map(text.count, " \t\r\n"))
