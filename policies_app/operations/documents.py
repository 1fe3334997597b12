"""The JSON text of a policy on its way in: parsed before it is stored, measured as IAM measures it."""

from policies_app.engine.parser import Layer, parse
from policies_app.models import Document

from .errors import ConcurrentModification, LimitExceeded, MalformedPolicyDocument

MANAGED_POLICY_SIZE = 6144
TRUST_POLICY_SIZE = 2048
WHITE_SPACE = str.maketrans("", "", " \t\r\n")


def size(text: str) -> int:
    """Characters without white space: what IAM's quotas count.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return len(text.translate(WHITE_SPACE))


def store(text: str, kind: Layer = Layer.IDENTITY, *, managed: bool = False) -> Document:
    """Raise `MalformedPolicyDocument` with every located error, or store the text as it was typed."""
    if errors := parse(text, kind, managed=managed).errors:
        raise MalformedPolicyDocument(errors, text, kind)
    return Document.store(text)


def store_managed(text: str) -> Document:
    document = store(text, managed=True)
    if size(text) > MANAGED_POLICY_SIZE:
        raise LimitExceeded(f"Cannot exceed quota for PolicySize: {MANAGED_POLICY_SIZE}")
    return document


def store_trust(text: str) -> Document:
    document = store(text, Layer.TRUST)
    if size(text) > TRUST_POLICY_SIZE:
        raise LimitExceeded(f"Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_SIZE}")
    return document


def refuse_if_changed(current_sha256: str, base_sha256: str | None) -> None:
    """Of two edits from the same starting text, the second is told; without a base there is nothing to compare."""
    if base_sha256 is not None and base_sha256 != current_sha256:
        raise ConcurrentModification("The policy was changed by somebody else after you opened it.")
