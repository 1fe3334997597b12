"""Resource policies for a kind of resource that is known: what has no business in the policy of a bucket or a table.

A document does not say what it is for; who calls ValidatePolicy may, as `validatePolicyResourceType`.
"""

from collections.abc import Iterator
from typing import Final

from policies_app.engine.document import Layer
from policies_app.engine.elements.reading import Reading
from policies_app.engine.json_document import read_document
from policies_app.engine.parser import read_head
from policies_app.engine.reports import Report, shown
from policies_app.engine.validator.checks import Hit, document_check
from policies_app.engine.validator.facts import DocumentFacts, read_facts

_RESOURCE: Final = frozenset({Layer.RESOURCE})
_SERVICES: Final = {
    "AWS::DynamoDB::Table": "dynamodb",
    "AWS::S3::AccessPoint": "s3",
    "AWS::S3::Bucket": "s3",
    "AWS::S3::MultiRegionAccessPoint": "s3",
    "AWS::S3ObjectLambda::AccessPoint": "s3-object-lambda",
}
"""By type: the prefix of the actions and ARNs of its policies."""


@document_check("UNSUPPORTED_ACTION_IN_POLICY", "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", kinds=_RESOURCE)
def what_belongs_to_another_service(document: DocumentFacts) -> Iterator[Hit]:
    if (service := _SERVICES.get(document.resource_type)) is None:
        return
    for path, statement in document.statements:
        for action in statement.actions:
            if not action.pattern.open and action.pattern.prefix not in ("", service):
                message = f"{shown(action.text)} is no action of policies of {document.resource_type}"
                yield Hit("UNSUPPORTED_ACTION_IN_POLICY", (*path, *action.path), message)
        for resource in statement.resources:
            if resource.fields and resource.fields[2] not in ("*", service):
                message = f"{shown(resource.text)} is no ARN for policies of {document.resource_type}"
                yield Hit("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", (*path, *resource.path), message)


def is_trust_policy(text: str) -> bool:
    """Whether a resource policy of which nothing is told is a role's: actions of STS, and no resource.

    AWS's own example of ValidatePolicy asks so about a trust policy, and is answered as about one.
    """
    document = read_document(text, Report(text))
    head = read_head(document.value, Reading(Layer.TRUST)) if document else None
    statements = [entry for _, entry in head.statements] if head else []
    facts = [read_facts(entry, Layer.TRUST) for entry in statements if isinstance(entry, dict)]
    return bool(facts) and all(not each.resource_element and each.prefixes == {"sts"} for each in facts)
