"""What AWS says of a document that it does not take: one sentence for a whole class of mistakes, and no place.

Our own findings, with their places, go with it as the error's detail.
"""

import json
from collections.abc import Callable, Mapping

from policies_app.engine.document import Version
from policies_app.engine.findings import Finding
from policies_app.engine.parser import Layer
from policies_app.operations.errors import MalformedPolicyDocument

SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
OLD_VERSION = "Policy document must be version 2012-10-17 or greater."


def sentence(error: MalformedPolicyDocument) -> str:
    """AWS's, of the finding that AWS comes upon first; ours where AWS's is not known."""
    for codes in STAGES if error.text else ():
        for finding in error.findings:
            told = codes.get(finding.code, "")
            if said := told if isinstance(told, str) else told(error, finding):
                return said
    return error.message


def detail(error: MalformedPolicyDocument) -> str:
    return "\n".join(
        f"line {finding.span.start.line}, column {finding.span.start.column + 1}: {finding.message}"
        for finding in error.findings
    )


def _text_at(error: MalformedPolicyDocument, finding: Finding) -> str:
    """The string that the finding marks, as it is meant, or the text itself where it marks something else."""
    marked = error.text[finding.span.start.offset : finding.span.end.offset]
    return str(json.loads(marked)) if marked.startswith('"') else marked


def _json(error: MalformedPolicyDocument, _: Finding) -> str:
    return "This policy contains invalid Json" if error.kind is Layer.TRUST else SYNTAX


def _version(error: MalformedPolicyDocument, finding: Finding) -> str:
    """The older one is no mistake of syntax, so it comes later."""
    return "" if _text_at(error, finding) == Version.V2008 else SYNTAX


def _action(error: MalformedPolicyDocument, finding: Finding) -> str:
    vendor, colon, name = _text_at(error, finding).partition(":")
    if not colon:
        return "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
    if ":" in name:
        return "Actions/Condition can contain only one colon."
    return f"Vendor {vendor} is not valid" if name else error.message


def _resource(error: MalformedPolicyDocument, finding: Finding) -> str:
    """Whatever has a colon is read as an ARN: what stands first as `arn`, what is missing as `*`."""
    resource = _text_at(error, finding)
    if ":" not in resource:
        return f'Resource {resource} must be in ARN format or "*".'
    fields = ["arn", *resource.split(":")[1:]]
    arn = ":".join(fields + ["*"] * (6 - len(fields)))
    return f'Partition "{fields[1]}" is not valid for resource "{arn}".'


def _short_arn(error: MalformedPolicyDocument, finding: Finding) -> str:
    match _text_at(error, finding).count(":"):
        case 0:
            return _resource(error, finding)
        case 1:
            return "Resource vendor must be fully qualified and cannot contain regexes."
    return LEGACY


def _region(error: MalformedPolicyDocument, finding: Finding) -> str:
    return f"IAM resource {_text_at(error, finding)} cannot contain region information."


def _principal(error: MalformedPolicyDocument, finding: Finding) -> str:
    kind = next(step for step in reversed(finding.path) if isinstance(step, str))
    return f'Invalid principal in policy: "{kind}":"{_text_at(error, finding)}"'


# Nothing said is left to a later stage.
type Sentence = str | Callable[[MalformedPolicyDocument, Finding], str]

# In the order in which AWS looks.
STAGES: tuple[Mapping[str, Sentence], ...] = (
    {"JSON_SYNTAX_ERROR": _json},
    {"INVALID_VERSION": _version}
    | dict.fromkeys(
        (
            "DATA_TYPE_MISMATCH",
            "DUPLICATE_KEY",
            "EMPTY_OBJECT_CONDITION",
            "INVALID_CHARACTER",
            "INVALID_CONDITION_OPERATOR",
            "INVALID_EFFECT",
            "INVALID_POLICY_ELEMENT",
            "MISSING_EFFECT",
            "MISSING_STATEMENT",
            "UNSUPPORTED_ELEMENT_COMBINATION",
        ),
        SYNTAX,
    ),
    {"INVALID_VERSION": OLD_VERSION, "MISSING_VERSION": OLD_VERSION},
    {
        "TYPE_MISMATCH_DATE": LEGACY,
        "INVALID_ARN_PREFIX": _resource,
        "INVALID_PARTITION": _resource,
        "MISSING_ARN_FIELD": _short_arn,
    },
    {"INVALID_ACTION": _action, "MISSING_ACTION": "Policy statement must contain actions."},
    {"MISSING_RESOURCE": "Policy statement must contain resources."},
    {
        "ARN_REGION_NOT_ALLOWED": _region,
        "INVALID_PRINCIPAL_FORMAT": _principal,
        "INVALID_PRINCIPAL_REFERENCE": _principal,
        "MISSING_PRINCIPAL": "AssumeRolepolicy must contain principals.",
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE": "Has prohibited field Resource",
        "UNIQUE_SIDS_REQUIRED": "Statement IDs (SID) in a single policy must be unique.",
        "UNSUPPORTED_ACTION_IN_POLICY": "AssumeRole policy may only specify STS AssumeRole actions.",
        "UNSUPPORTED_PRINCIPAL": "Policy document should not specify a principal.",
        "UNSUPPORTED_SID": (
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression "
            "[0-9A-Za-z]*"
        ),
    },
)
