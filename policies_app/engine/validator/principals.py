"""Principals of resource policies: whom they let in, and services that act for others.

https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

import re
from collections.abc import Iterator
from typing import Final

from policies_app.engine.document import Layer
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import OF_RESOURCES, Hit, condition_check, conditional_check, statement_check
from policies_app.engine.validator.condition_values import is_service_principal
from policies_app.engine.validator.facts import ConditionFact, PrincipalFact, StatementFacts

_RESOURCE: Final = frozenset({Layer.RESOURCE})
_SOURCES: Final = frozenset(
    {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner"}
)
_OF_CALLERS: Final = ("aws:principal", "aws:userid", "aws:username", "aws:multifactorauth")
_OF_CALLING_SERVICES: Final = ("aws:principalisawsservice", "aws:principalservicename")
_ROLE_ID: Final = re.compile(r"AROA[A-Z0-9]{12,}.*")
_USER_ID: Final = re.compile(r"AIDA[A-Z0-9]{12,}")


@statement_check("ALLOW_WITH_NOT_PRINCIPAL", kinds=_RESOURCE)
def letting_in_everybody_else(statement: StatementFacts) -> Iterator[Hit]:
    if statement.allows and statement.principal_element == "NotPrincipal":
        message = "everybody else is let in, people without an account too; name the Principal"
        yield Hit("ALLOW_WITH_NOT_PRINCIPAL", ("NotPrincipal",), message)


@statement_check("INVALID_ROLE_REFERENCE", "INVALID_USER_REFERENCE", kinds=OF_RESOURCES)
def ids_for_names(statement: StatementFacts) -> Iterator[Hit]:
    """IAM writes an id in place of the ARN of a principal that is deleted."""
    for principal in statement.principals:
        for code, form, noun in (
            ("INVALID_ROLE_REFERENCE", _ROLE_ID, "role"),
            ("INVALID_USER_REFERENCE", _USER_ID, "user"),
        ):
            if principal.type == "AWS" and form.fullmatch(principal.text):
                message = f"{shown(principal.text)} is the id of a {noun}, perhaps of a deleted one; write its ARN"
                yield Hit(code, principal.path, message)


@statement_check("INVALID_SERVICE_PRINCIPAL_FORMAT", kinds=OF_RESOURCES)
def services_in_another_form(statement: StatementFacts) -> Iterator[Hit]:
    for principal in _services(statement):
        if not is_service_principal(principal.text):
            message = f"{shown(principal.text)} is not of the form name.amazonaws.com in lower case"
            yield Hit("INVALID_SERVICE_PRINCIPAL_FORMAT", principal.path, message)


@statement_check("FEDERATED_PRINCIPAL_NOT_SUPPORTED", kinds=_RESOURCE)
def federated_principals(statement: StatementFacts) -> Iterator[Hit]:
    for principal in statement.principals:
        if principal.type == "Federated" and ":saml-provider/" not in principal.text:
            message = f"{shown(principal.text)} is known to role trust policies only"
            yield Hit("FEDERATED_PRINCIPAL_NOT_SUPPORTED", principal.path, message)


@statement_check(
    "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", kinds=_RESOURCE
)
def services_that_act_for_anybody(statement: StatementFacts) -> Iterator[Hit]:
    if not statement.allows or statement.condition_keys & _SOURCES:
        return
    for principal in _services(statement):
        if statement.conditions:
            code = "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"
            message = f"{shown(principal.text)} also acts for others; aws:SourceArn or aws:SourceAccount says for whom"
        else:
            code = "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"
            message = f"{shown(principal.text)} may come for anybody's sake; ask for aws:SourceArn or aws:SourceAccount"
        yield Hit(code, principal.path, message)


@conditional_check("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", kinds=OF_RESOURCES)
def keys_that_services_do_not_have(statement: StatementFacts) -> Iterator[Hit]:
    services = list(_services(statement))
    if not services or len(services) < len(statement.principals) or not statement.allows:
        return
    for condition in statement.conditions:
        if _is_of_callers(condition) and not condition.negated and not condition.if_exists:
            message = f"{shown(services[0].text)} comes without {shown(condition.key)}, so this never holds"
            yield Hit("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", condition.path, message, at_key=True)


@condition_check("IRRELEVANT_CONDITION_KEY_IN_POLICY", kinds=_RESOURCE)
def keys_that_the_resource_answers(condition: ConditionFact) -> Iterator[Hit]:
    if condition.folded == "s3:resourceaccount":
        message = f"{shown(condition.key)} is always this resource's account; it belongs into policies of identities"
        yield Hit("IRRELEVANT_CONDITION_KEY_IN_POLICY", condition.path, message, at_key=True)


def _services(statement: StatementFacts) -> Iterator[PrincipalFact]:
    return (principal for principal in statement.principals if principal.type == "Service")


def _is_of_callers(condition: ConditionFact) -> bool:
    return condition.folded.startswith(_OF_CALLERS) and not condition.folded.startswith(_OF_CALLING_SERVICES)
