"""Role trust policies: the action that fits each kind of principal, and whom an identity provider lets in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

import re
from collections.abc import Iterator
from typing import Final

from policies_app.engine.document import Layer
from policies_app.engine.operators import Family, Quantifier
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, condition_check, conditional_check, statement_check
from policies_app.engine.validator.condition_keys import supports
from policies_app.engine.validator.facts import ConditionFact, PrincipalFact, StatementFacts
from policies_app.engine.validator.lookups import condition_key

_TRUST: Final = frozenset({Layer.TRUST})
_GITHUB: Final = "token.actions.githubusercontent.com"
_SINGLE_AUDIENCE: Final = ("accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", _GITHUB)
_ROLES_ANYWHERE: Final = "rolesanywhere.amazonaws.com"
_FOR_ROLES_ANYWHERE: Final = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
_FEDERATED: Final = re.compile(
    r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?:/\S*)?|arn:aws[a-z-]*:iam::[0-9]{12}:(?:saml-provider|oidc-provider)/\S+"
)
_SETTING: Final = {
    "sts:sourceidentity": "sts:SetSourceIdentity",
    "sts:transitivetagkeys": "sts:TagSession",
    "aws:tagkeys": "sts:TagSession",
}
"""The action that lets a caller send a value of the key."""

_SESSION: Final = re.compile(r"arn:([a-z-]+):sts::([0-9]{12}):assumed-role/([^/]+)/.+")


_NOT_OF_ACTIONS: Final = frozenset({"aws", "sts", "iam"})
"""Of keys with these prefixes every action may know some that its page does not list."""

_OF_PROVIDERS: Final = "sts:assumerolewithwebidentity"
"""The action that knows those keys of a provider that AWS does not list."""

_OPEN: Final = re.compile(r"[*?]|\$\{")
_ANYTHING: Final = re.compile(r".")
_OWNER: Final = re.compile(r"[^:]+:[^/]+/|[^:]+:[^:]+:")
"""The beginning of a subject of GitHub that says whose repositories are meant."""


def _is_saml(principal: PrincipalFact) -> bool:
    return principal.type == "Federated" and ":saml-provider/" in principal.text


def _provider(principal: PrincipalFact) -> str | None:
    """The name of an OIDC provider, as its condition keys begin with it."""
    if principal.type != "Federated" or _is_saml(principal):
        return None
    return principal.text.rpartition(":oidc-provider/")[2].lower()


_FITTING: Final = {
    "sts:assumerolewithsaml": (_is_saml, "a SAML provider"),
    "sts:assumerolewithwebidentity": (lambda principal: _provider(principal) is not None, "an OIDC provider"),
    "sts:assumerole": (lambda principal: principal.type != "Federated", "an account, a user, a role or a service"),
}


@statement_check("MISMATCHED_ACTION_FOR_PRINCIPAL", kinds=_TRUST)
def actions_for_other_principals(statement: StatementFacts) -> Iterator[Hit]:
    if not statement.allows or statement.principal_element != "Principal":
        return
    for action in statement.actions:
        fits, what = _FITTING.get(action.pattern.folded, (None, ""))
        if fits and statement.principals and not any(fits(principal) for principal in statement.principals):
            named = shown(statement.principals[0].text)
            message = f"{shown(action.text)} is for {what}, which {named} is not"
            yield Hit("MISMATCHED_ACTION_FOR_PRINCIPAL", action.path, message)
            for principal in statement.principals:
                yield Hit("MISMATCHED_ACTION_FOR_PRINCIPAL", principal.path, message)


@statement_check("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", kinds=_TRUST)
def roles_anywhere(statement: StatementFacts) -> Iterator[Hit]:
    """https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html"""
    if not statement.allows or all(principal.text != _ROLES_ANYWHERE for principal in statement.principals):
        return
    named = {action.pattern.folded for action in statement.actions}
    if missing := [action for action in _FOR_ROLES_ANYWHERE if action.lower() not in named]:
        message = f"IAM Roles Anywhere also needs {' and '.join(missing)}"
        yield Hit("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", ("Action",), message)


@conditional_check("MISSING_ACTION_FOR_CONDITION_KEY", kinds=_TRUST)
def values_that_nobody_may_send(statement: StatementFacts) -> Iterator[Hit]:
    if not statement.allows:
        return
    named = {action.pattern.folded for action in statement.actions}
    for condition in statement.conditions:
        action = "sts:TagSession" if condition.folded.startswith("aws:requesttag/") else _SETTING.get(condition.folded)
        if action and action.lower() not in named:
            message = f"a caller may send {shown(condition.key)} only with {action} among the actions"
            yield Hit("MISSING_ACTION_FOR_CONDITION_KEY", condition.path, message, at_key=True)


@conditional_check("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", kinds=_TRUST)
def actions_that_do_not_know_a_key(statement: StatementFacts) -> Iterator[Hit]:
    """A hit at each such action, and at the value that it does not know. Of patterns AWS says nothing."""
    providers = {provider for principal in statement.principals if (provider := _provider(principal))}
    for condition in statement.conditions:
        prefix, _, name = condition.folded.rpartition(":")
        if prefix in _NOT_OF_ACTIONS or not name or condition.family is Family.NULL:
            continue
        if condition.negated or condition.if_exists:
            continue
        known = condition_key(condition.folded)
        if known is None and prefix not in providers:
            continue
        lacking = [
            entry
            for entry in statement.actions
            if entry.pattern.action
            and not (supports(entry.pattern.action, known) if known else entry.pattern.folded == _OF_PROVIDERS)
        ]
        if lacking:
            names = ", ".join(shown(entry.text) for entry in lacking)
            message = f"{names} never has {shown(condition.key)}; put it into a statement without this condition"
            for entry in lacking:
                yield Hit("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", entry.path, message)
            yield Hit("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", condition.path, message)


@condition_check("WILDCARD_USAGE_TOO_PERMISSIVE", "VARIABLE_USAGE_TOO_PERMISSIVE", kinds=_TRUST)
def subjects_of_anybody(condition: ConditionFact) -> Iterator[Hit]:
    """AWS publishes no list of keys; a subject without a fixed beginning lets in whoever has an account there."""
    if not condition.folded.endswith(":sub") or condition.negated or condition.family is not Family.STRING:
        return
    least = _OWNER if condition.folded == f"{_GITHUB}:sub" else _ANYTHING
    for value in condition.values:
        fixed = _OPEN.split(value.text, maxsplit=1)[0]
        if fixed == value.text or least.match(fixed):
            continue
        if value.text[len(fixed)] == "$":
            code, what = "VARIABLE_USAGE_TOO_PERMISSIVE", "the variable"
        elif condition.spelled is not None and condition.spelled.operator.match == "StringLike":
            code, what = "WILDCARD_USAGE_TOO_PERMISSIVE", "the wildcard"
        else:
            continue
        yield Hit(code, value.path, f"{what} of {shown(value.text)} lets in anybody; begin with whose it is")


@statement_check("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", kinds=_TRUST)
def providers_in_another_form(statement: StatementFacts) -> Iterator[Hit]:
    for principal in statement.principals:
        if principal.type == "Federated" and not _FEDERATED.fullmatch(principal.text):
            message = f"{shown(principal.text)} is neither a domain name nor the ARN of an identity provider"
            yield Hit("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", principal.path, message)


@statement_check("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", "MISSING_GITHUB_REPO_CONDITION_KEY", kinds=_TRUST)
def providers_that_vouch_for_anybody(statement: StatementFacts) -> Iterator[Hit]:
    for principal in statement.principals:
        provider = _provider(principal)
        if provider is None or not statement.allows:
            continue
        if provider == _GITHUB and not statement.condition_keys & {f"{_GITHUB}:sub", f"{_GITHUB}:job_workflow_ref"}:
            message = f"any repository of GitHub may assume this role; ask for {_GITHUB}:sub"
            yield Hit("MISSING_GITHUB_REPO_CONDITION_KEY", principal.path, message)
        elif not any(key.startswith(f"{provider}:") for key in statement.condition_keys):
            message = f"anybody who signs in at {shown(provider)} may assume this role; ask for {provider}:aud or :sub"
            yield Hit("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", principal.path, message)


@conditional_check("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", kinds=_TRUST)
def repositories_by_pattern(statement: StatementFacts) -> Iterator[Hit]:
    if not statement.allows or f"{_GITHUB}:ref" in statement.condition_keys:
        return
    for condition in statement.conditions:
        if condition.folded != f"{_GITHUB}:sub":
            continue
        for value in condition.values:
            if "*" in value.text or "?" in value.text:
                message = f"{shown(value.text)} lets in more than one branch; name repository and branch"
                yield Hit("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", value.path, message)


@condition_check("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", "CONFIRM_AUDIENCE_CLAIM_TYPE", kinds=_TRUST)
def audiences_with_set_operators(condition: ConditionFact) -> Iterator[Hit]:
    if condition.quantifier is None or not condition.folded.endswith(":aud"):
        return
    if condition.folded.removesuffix(":aud") not in _SINGLE_AUDIENCE:
        message = f"use {condition.quantifier} only if tokens of this provider may have several audiences"
        yield Hit("CONFIRM_AUDIENCE_CLAIM_TYPE", condition.path, message, at_key=True)
    elif condition.quantifier is Quantifier.FOR_ANY_VALUE:
        message = f"{shown(condition.key)} has one value; leave ForAnyValue out"
        yield Hit("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", condition.path, message, at_key=True)


@statement_check("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", kinds=_TRUST)
def sessions_of_trusted_roles(statement: StatementFacts) -> Iterator[Hit]:
    named = {principal.text for principal in statement.principals}
    for principal in statement.principals:
        session = _SESSION.fullmatch(principal.text)
        role = session and f"arn:{session[1]}:iam::{session[2]}:role/{session[3]}"
        if role in named:
            message = f"{shown(principal.text)} is a session of {shown(str(role))}, which is trusted already"
            yield Hit("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", principal.path, message)
