"""Reading one statement: which elements it must, may and may not have, and what each of them holds."""

import re
from collections.abc import Iterable
from typing import Final

from policies_app.engine.document import Effect, NamedPrincipal, PolicyKind, Statement
from policies_app.engine.elements.actions import read_action
from policies_app.engine.elements.conditions import read_conditions
from policies_app.engine.elements.organizations import check_resource_control
from policies_app.engine.elements.principals import read_principals
from policies_app.engine.elements.reading import Reading
from policies_app.engine.elements.resources import read_resource
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Json, JsonObject
from policies_app.engine.patterns import Pattern
from policies_app.engine.reports import did_you_mean, shown
from policies_app.engine.templates import Template

_ELEMENTS: Final = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_SID: Final = re.compile(r"[0-9A-Za-z]*")


def read_statement(node: Json, index: int, path: Path, reading: Reading) -> Statement | None:
    """Read a statement; None when it is no object. With an error reported, what comes back is not to be used."""
    if not isinstance(node, JsonObject):
        reading.mismatch("a statement", "an object", node, path)
        return None
    elements = reading.elements(node, _ELEMENTS, path, "a statement")
    sid = _read_sid(elements.get("Sid"), path, reading)
    effect = _read_effect(node, elements.get("Effect"), path, reading)
    principal, not_principal = _read_principal_pair(node, elements, effect, path, reading)
    actions = _read_actions("Action", elements, path, reading)
    not_actions = _read_actions("NotAction", elements, path, reading)
    _check_pair(node, elements, "Action", path, reading)
    resources, not_resources = _read_resource_pair(node, elements, path, reading)
    condition = elements.get("Condition")
    statement = Statement(
        index=index,
        sid=sid,
        effect=effect or Effect.DENY,
        principal=principal,
        not_principal=not_principal,
        actions=actions,
        not_actions=not_actions,
        resources=resources,
        not_resources=not_resources,
        conditions=read_conditions(condition, (*path, "Condition"), reading) if condition else (),
        span=reading.report.span(node.start, node.end),
    )
    if reading.kind is PolicyKind.RCP:
        check_resource_control(node, elements, statement, path, reading)
    return statement


def _read_sid(node: Json | None, path: Path, reading: Reading) -> str | None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html

    The characters are IAM's; other services take more (the key policy that KMS proposes has spaces in its Sid).
    """
    if node is None or (sid := reading.string(node, "Sid", (*path, "Sid"))) is None:
        return None
    where: Path = (*path, "Sid")
    if not sid:
        reading.report.suggestion("EMPTY_SID_VALUE", "the Sid is empty; leave it out", where, node.start, node.end)
        return None
    if not _SID.fullmatch(sid) and reading.kind is not PolicyKind.RESOURCE:
        message = f"{shown(sid)} has characters that a Sid may not have; use only A-Z, a-z and 0-9"
        reading.report.error("UNSUPPORTED_SID", message, where, node.start, node.end)
    if sid in reading.sids:
        message = f"{shown(sid)} is the Sid of another statement; every Sid in a policy is unique"
        reading.report.error("UNIQUE_SIDS_REQUIRED", message, where, node.start, node.end)
    reading.sids.add(sid)
    return sid


def _read_effect(statement: JsonObject, node: Json | None, path: Path, reading: Reading) -> Effect | None:
    if node is None:
        if not reading.is_suspected("Effect"):
            reading.report.error("MISSING_EFFECT", "the statement has no Effect", path, statement.start, statement.end)
        return None
    text = reading.string(node, "Effect", (*path, "Effect"))
    if text is None:
        return None
    if text in Effect:
        return Effect(text)
    message = f"the effect {shown(text)} is neither `Allow` nor `Deny`{did_you_mean(text, Effect)}"
    reading.report.error("INVALID_EFFECT", message, (*path, "Effect"), node.start, node.end)
    return None


def _check_pair(statement: JsonObject, elements: dict[str, Json], name: str, path: Path, reading: Reading) -> None:
    """An element and its `Not` form exclude each other, and one of them is needed."""
    negated = f"Not{name}"
    if name in elements and negated in elements:
        message = f"a statement has {name} or {negated}, not both"
        node = elements[negated]
        reading.report.error("UNSUPPORTED_ELEMENT_COMBINATION", message, (*path, negated), node.start, node.end)
    present = name in elements or negated in elements
    if not present and not reading.is_suspected(name) and not reading.is_suspected(negated):
        message = f"the statement has neither {name} nor {negated}"
        reading.report.error(f"MISSING_{name.upper()}", message, path, statement.start, statement.end)


def _read_actions(name: str, elements: dict[str, Json], path: Path, reading: Reading) -> tuple[Pattern, ...]:
    if (node := elements.get(name)) is None:
        return ()
    where: Path = (*path, name)
    texts = reading.strings(node, name, where)
    if texts is not None and not texts:
        reading.report.error("MISSING_ACTION", f"{name} names no action", where, node.start, node.end)
    return _present(read_action(text, item, place, reading) for text, item, place in texts or ())


def _read_resources(name: str, elements: dict[str, Json], path: Path, reading: Reading) -> tuple[Template, ...]:
    if (node := elements.get(name)) is None:
        return ()
    where: Path = (*path, name)
    texts = reading.strings(node, name, where)
    if texts is not None and not texts:
        reading.report.error("MISSING_RESOURCE", f"{name} names no resource", where, node.start, node.end)
    return tuple(read_resource(text, item, place, reading) for text, item, place in texts or ())


def _read_resource_pair(
    statement: JsonObject, elements: dict[str, Json], path: Path, reading: Reading
) -> tuple[tuple[Template, ...], tuple[Template, ...]]:
    """The resource of a trust policy is its role, which it may not name again."""
    if reading.kind is PolicyKind.TRUST:
        for name in ("Resource", "NotResource"):
            if node := elements.get(name):
                message = f"a role trust policy has no {name}; it speaks of its own role"
                code = "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"
                reading.report.error(code, message, (*path, name), node.start, node.end)
        return (), ()
    _check_pair(statement, elements, "Resource", path, reading)
    return (
        _read_resources("Resource", elements, path, reading),
        _read_resources("NotResource", elements, path, reading),
    )


def _read_principal_pair(
    statement: JsonObject, elements: dict[str, Json], effect: Effect | None, path: Path, reading: Reading
) -> tuple[tuple[NamedPrincipal, ...], tuple[NamedPrincipal, ...]]:
    report = reading.report
    if not reading.kind.names_principals:
        for name in ("Principal", "NotPrincipal"):
            if node := elements.get(name):
                if reading.kind is PolicyKind.SCP:
                    code, message = "SCP_SYNTAX_ERROR_PRINCIPAL", f"a service control policy has no {name}"
                else:
                    code, message = "UNSUPPORTED_PRINCIPAL", f"an identity-based policy has no {name}"
                    message += "; it speaks of the identity that it is attached to"
                report.error(code, message, (*path, name), node.start, node.end)
        return (), ()
    _check_pair(statement, elements, "Principal", path, reading)
    if node := elements.get("NotPrincipal"):
        where: Path = (*path, "NotPrincipal")
        if reading.kind is PolicyKind.TRUST:
            message = "a role trust policy has no NotPrincipal; name the Principal"
            report.error("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", message, where, node.start, node.end)
        elif effect is Effect.ALLOW:
            message = "NotPrincipal with Allow would let in everybody else; name the Principal"
            report.error("UNSUPPORTED_ELEMENT_COMBINATION", message, where, node.start, node.end)
    return (
        read_principals(elements.get("Principal"), (*path, "Principal"), reading),
        read_principals(elements.get("NotPrincipal"), (*path, "NotPrincipal"), reading),
    )


def _present(patterns: Iterable[Pattern | None]) -> tuple[Pattern, ...]:
    return tuple(pattern for pattern in patterns if pattern is not None)
