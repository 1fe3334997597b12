"""What AWS Organizations takes in its policies, beyond the grammar of every policy.

Service control policies hold the whole language but principals (since September 2025), resource control policies a
part of it. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
"""

from collections.abc import Mapping

from policies_app.engine.document import Effect, PrincipalType, Statement
from policies_app.engine.elements.reading import Reading
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Plain


def check_resource_control(elements: Mapping[str, Plain], statement: Statement, path: Path, reading: Reading) -> None:
    """Deny, for everybody, of actions by their services; and the one statement of RCPFullAWSAccess."""

    def error(code: str, message: str, element: str) -> None:
        reading.error(code, message, (*path, element) if element in elements else path)

    if "NotPrincipal" in elements:
        error("RCP_SYNTAX_ERROR_PRINCIPAL", "a resource control policy has no NotPrincipal", "NotPrincipal")
    if any(named.type is not PrincipalType.EVERYONE for named in statement.principal):
        message = "the Principal of a resource control policy is `*`; say in a Condition whom it is about"
        error("RCP_SYNTAX_ERROR_PRINCIPAL", message, "Principal")
    if "NotAction" in elements:
        error("RCP_SYNTAX_ERROR_NOTACTION", "a resource control policy has no NotAction", "NotAction")
    if statement.effect is Effect.ALLOW:
        if not _is_full_access(statement):
            message = (
                "a resource control policy only denies; what may be allowed is everything, as RCPFullAWSAccess does"
            )
            error("RCP_SYNTAX_ERROR_ALLOW", message, "Effect")
    elif any(pattern.text.startswith("*") for pattern in statement.actions):
        message = "the actions of a resource control policy name their service, as in `s3:*`"
        error("RCP_SYNTAX_ERROR_ACTION", message, "Action")


def _is_full_access(statement: Statement) -> bool:
    everything = [pattern.text for pattern in statement.actions], [template.source for template in statement.resources]
    return everything == (["*"], ["*"]) and not statement.conditions
