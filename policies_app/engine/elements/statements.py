"""Reading one statement: which elements it must, may and may not have, and what each of them holds."""

import re
from collections.abc import Mapping
from typing import Final

from policies_app.engine.document import Effect, Layer, NamedPrincipal, Statement
from policies_app.engine.elements.actions import read_action
from policies_app.engine.elements.conditions import read_conditions
from policies_app.engine.elements.organizations import check_resource_control
from policies_app.engine.elements.principals import read_principals
from policies_app.engine.elements.reading import Reading
from policies_app.engine.elements.resources import read_resource
from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Plain
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
Elements = Mapping[str, Plain]

_EFFECTS: Final = {effect.value: effect for effect in Effect}
_SID: Final = re.compile(r"[0-9A-Za-z]*")


def read_statement(node: Plain, index: int, path: Path, reading: Reading) -> Statement | None:
    """Read a statement; None when it is no object. With an error reported, what comes back is not to be used."""
    if not isinstance(node, dict):
        reading.mismatch("a statement", "an object", node, path)
        return None
    elements = reading.elements(node, _ELEMENTS, path, "a statement")
    sid = _read_sid(elements, path, reading)
    effect = _read_effect(elements, path, reading)
    principal, not_principal = _read_principal_pair(elements, effect, path, reading)
    actions = _read_actions("Action", elements, path, reading)
    not_actions = _read_actions("NotAction", elements, path, reading)
    _check_pair(elements, "Action", path, reading)
    resources, not_resources = _read_resource_pair(elements, path, reading)
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
        conditions=(
            read_conditions(elements["Condition"], (*path, "Condition"), reading) if "Condition" in elements else ()
        ),
        span=reading.span(path),
    )
    if reading.kind is Layer.RCP:
        check_resource_control(elements, statement, path, reading)
    return statement


def _read_sid(elements: Elements, path: Path, reading: Reading) -> str | None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html

    The characters are IAM's; other services take more (the key policy that KMS proposes has spaces in its Sid).
    """
    if "Sid" not in elements or (sid := reading.string(elements["Sid"], "Sid", (*path, "Sid"))) is None:
        return None
    where: Path = (*path, "Sid")
    if not sid:
        reading.suggestion("EMPTY_SID_VALUE", "the Sid is empty; leave it out", where)
        return None
    if not _SID.fullmatch(sid) and reading.kind is not Layer.RESOURCE:
        message = f"{shown(sid)} has characters that a Sid may not have; use only A-Z, a-z and 0-9"
        reading.error("UNSUPPORTED_SID", message, where)
    return sid


def _read_effect(elements: Elements, path: Path, reading: Reading) -> Effect | None:
    if "Effect" not in elements:
        if not reading.is_suspected("Effect"):
            reading.error("MISSING_EFFECT", "the statement has no Effect", path)
        return None
    text = reading.string(elements["Effect"], "Effect", (*path, "Effect"))
    if text is None:
        return None
    if text in _EFFECTS:
        return _EFFECTS[text]
    message = f"the effect {shown(text)} is neither `Allow` nor `Deny`{did_you_mean(text, Effect)}"
    reading.error("INVALID_EFFECT", message, (*path, "Effect"))
    return None


def _check_pair(elements: Elements, name: str, path: Path, reading: Reading) -> None:
    """An element and its `Not` form exclude each other, and one of them is needed."""
    negated = f"Not{name}"
    if name in elements and negated in elements:
        message = f"a statement has {name} or {negated}, not both"
        reading.error("UNSUPPORTED_ELEMENT_COMBINATION", message, (*path, negated))
    present = name in elements or negated in elements
    if not present and not reading.is_suspected(name) and not reading.is_suspected(negated):
        message = f"the statement has neither {name} nor {negated}"
        reading.error(f"MISSING_{name.upper()}", message, path)


def _read_actions(name: str, elements: Elements, path: Path, reading: Reading) -> tuple[Pattern, ...]:
    if name not in elements:
        return ()
    where: Path = (*path, name)
    texts = reading.strings(elements[name], name, where)
    if texts is not None and not texts:
        reading.error("MISSING_ACTION", f"{name} names no action", where)
    patterns: list[Pattern] = []
    for text, index in texts or ():
        pattern, problem = read_action(text, reading.kind)
        if pattern:
            patterns.append(pattern)
        if problem:
            reading.add(problem, (*where, *index))
    return tuple(patterns)


def _read_resources(name: str, elements: Elements, path: Path, reading: Reading) -> tuple[Template, ...]:
    if name not in elements:
        return ()
    where: Path = (*path, name)
    texts = reading.strings(elements[name], name, where)
    if texts is not None and not texts:
        reading.error("MISSING_RESOURCE", f"{name} names no resource", where)
    templates: list[Template] = []
    for text, index in texts or ():
        template, problems = read_resource(text, reading.version)
        templates.append(template)
        for problem in problems:
            reading.add(problem, (*where, *index))
    return tuple(templates)


def _read_resource_pair(
    elements: Elements, path: Path, reading: Reading
) -> tuple[tuple[Template, ...], tuple[Template, ...]]:
    """The resource of a trust policy is its role, which it may not name again."""
    if reading.kind is Layer.TRUST:
        for name in ("Resource", "NotResource"):
            if name in elements:
                message = f"a role trust policy has no {name}; it speaks of its own role"
                code = "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"
                reading.error(code, message, (*path, name))
        return (), ()
    _check_pair(elements, "Resource", path, reading)
    return (
        _read_resources("Resource", elements, path, reading),
        _read_resources("NotResource", elements, path, reading),
    )


def _read_principal_pair(
    elements: Elements, effect: Effect | None, path: Path, reading: Reading
) -> tuple[tuple[NamedPrincipal, ...], tuple[NamedPrincipal, ...]]:
    if not reading.kind.names_principals:
        for name in ("Principal", "NotPrincipal"):
            if name in elements:
                if reading.kind is Layer.SCP:
                    code, message = "SCP_SYNTAX_ERROR_PRINCIPAL", f"a service control policy has no {name}"
                else:
                    code, message = "UNSUPPORTED_PRINCIPAL", f"an identity-based policy has no {name}"
                    message += "; it speaks of the identity that it is attached to"
                reading.error(code, message, (*path, name))
        return (), ()
    _check_pair(elements, "Principal", path, reading)
    if "NotPrincipal" in elements:
        where: Path = (*path, "NotPrincipal")
        if reading.kind is Layer.TRUST:
            message = "a role trust policy has no NotPrincipal; name the Principal"
            reading.error("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", message, where)
        elif effect is Effect.ALLOW:
            message = "NotPrincipal with Allow would let in everybody else; name the Principal"
            reading.error("UNSUPPORTED_ELEMENT_COMBINATION", message, where)
    return _read_principals("Principal", elements, path, reading), _read_principals(
        "NotPrincipal", elements, path, reading
    )


def _read_principals(name: str, elements: Elements, path: Path, reading: Reading) -> tuple[NamedPrincipal, ...]:
    return read_principals(elements[name], (*path, name), reading) if name in elements else ()
