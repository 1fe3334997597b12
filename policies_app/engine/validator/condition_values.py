"""The values of conditions: forms that a key wants, values that say nothing or the same as another.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from policies_app.engine.errors import InvalidValue
from policies_app.engine.json_nodes import Number
from policies_app.engine.operators import Family, Quantifier
from policies_app.engine.reports import shown
from policies_app.engine.validator.checks import Hit, Repair, condition_check
from policies_app.engine.validator.facts import ConditionFact, Located
from policies_app.engine.values import Network, read_network, read_number

_WILDCARD: Final = re.compile(r"[*?]|\$\{")
_REGION: Final = re.compile(
    r"(?:af|ap|ca|cn|eu|eu-isoe|eusc-[a-z]{2}|il|me|mx|sa|us|us-gov|us-isob?|us-isof)"
    r"-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[0-9]|aws-global"
)
_SERVICE_PRINCIPAL: Final = re.compile(
    r"(?:[a-z0-9-]+\.)+(?:amazonaws\.com(?:\.cn)?|amazon\.com|aws\.internal)|[a-z0-9-]+\.aws"
)
_FORMS: Final = {
    "aws:requestedregion": ("INVALID_REGION", _REGION, "a region such as eu-central-1"),
    "aws:sourcevpc": ("INVALID_VPC_FORMAT", re.compile(r"vpc-(?:\w{8}|\w{17})"), "vpc- and 8 or 17 characters"),
    "aws:sourcevpce": ("INVALID_VPCE_FORMAT", re.compile(r"vpce-(?:\w{8}|\w{17})"), "vpce- and 8 or 17 characters"),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (
        "INVALID_KMS_KEY_VALUE",
        re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(?:key|alias)/.+"),
        "the ARN of a KMS key",
    ),
    "iam:passedtoservice": ("INVALID_SERVICE_PRINCIPAL_FORMAT", _SERVICE_PRINCIPAL, "name.amazonaws.com in lower case"),
    "iam:awsservicename": ("INVALID_SERVICE_PRINCIPAL_FORMAT", _SERVICE_PRINCIPAL, "name.amazonaws.com in lower case"),
    "kms:viaservice": (
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        re.compile(r"[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"),
        "name.region.amazonaws.com in lower case",
    ),
}
"""By key: the issue code, the form of a value without wildcards, and what it is called."""


def is_region(text: str) -> bool:
    return _REGION.fullmatch(text) is not None


def is_service_principal(text: str) -> bool:
    return _SERVICE_PRINCIPAL.fullmatch(text) is not None


@condition_check(*sorted({code for code, _, _ in _FORMS.values()}))
def values_in_another_form(condition: ConditionFact) -> Iterator[Hit]:
    if condition.folded not in _FORMS or condition.family is not Family.STRING:
        return
    code, form, what = _FORMS[condition.folded]
    for value in condition.values:
        if not _WILDCARD.search(value.text) and not form.fullmatch(value.text):
            yield Hit(code, value.path, f"{shown(value.text)} is no value of {shown(condition.key)}, which is {what}")


@condition_check("INVALID_CONDITION_DATA_TYPE", "INVALID_CONDITION_MULTIPLE_BOOLEAN")
def values_of_several_types(condition: ConditionFact) -> Iterator[Hit]:
    if not isinstance(condition.raw, list) or len(condition.raw) < 2:
        return
    if len({type(item) for item in condition.raw if isinstance(item, bool | str | Number)}) > 1:
        message = f"the values of {shown(condition.key)} are partly texts, partly something else; write all alike"
        yield Hit("INVALID_CONDITION_DATA_TYPE", condition.path, message)
    if condition.family is Family.BOOL:
        message = f"{shown(condition.key)} is true or false; one value is enough"
        yield Hit("INVALID_CONDITION_MULTIPLE_BOOLEAN", condition.path, message)


@condition_check(
    "EMPTY_ARRAY_CONDITION_FORALLVALUES", "EMPTY_ARRAY_CONDITION_FORANYVALUE", "EMPTY_ARRAY_CONDITION_IFEXISTS"
)
def no_values(condition: ConditionFact) -> Iterator[Hit]:
    if condition.raw != [] or condition.spelled is None:
        return
    if condition.quantifier is Quantifier.FOR_ALL_VALUES:
        message = f"this holds only without {shown(condition.key)}; Null with `true` says so"
        yield Hit("EMPTY_ARRAY_CONDITION_FORALLVALUES", condition.path, message)
    elif condition.quantifier is Quantifier.FOR_ANY_VALUE:
        yield Hit("EMPTY_ARRAY_CONDITION_FORANYVALUE", condition.path, "this never holds; name a value")
    elif condition.if_exists:
        message = f"this holds only without {shown(condition.key)}; Null with `true` says so"
        yield Hit("EMPTY_ARRAY_CONDITION_IFEXISTS", condition.path, message)


@condition_check(
    "EQUIVALENT_TO_NULL_FALSE",
    "EQUIVALENT_TO_NULL_TRUE",
    "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
    "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
)
def patterns_that_everything_matches(condition: ConditionFact) -> Iterator[Hit]:
    if condition.spelled is None or condition.spelled.operator.match != "StringLike":
        return
    stars = [value for value in condition.values if value.text == "*"]
    if not stars:
        return
    key = shown(condition.key)
    always = condition.if_exists or condition.quantifier is Quantifier.FOR_ALL_VALUES
    if not condition.negated and not always:
        code, message = "EQUIVALENT_TO_NULL_FALSE", f"`*` only asks that there is a {key}; Null with `false` says so"
    elif not condition.negated:
        code, message = (
            "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
            f"this holds with any {key} and without; remove it",
        )
    elif condition.quantifier is Quantifier.FOR_ANY_VALUE:
        code, message = "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION", f"this never holds, with any {key}"
    else:
        code, message = "EQUIVALENT_TO_NULL_TRUE", f"this only asks that there is no {key}; Null with `true` says so"
    for value in stars:
        yield Hit(code, value.path, message)


@condition_check("INVALID_DATE_VALUE")
def dates_in_seconds(condition: ConditionFact) -> Iterator[Hit]:
    if condition.family is Family.DATE:
        for value in condition.values:
            if value.text.isdigit() and len(value.text) > 4:
                message = f"{shown(value.text)} counts seconds since 1970; a date such as 2026-01-31 reads better"
                yield Hit("INVALID_DATE_VALUE", value.path, message)


@condition_check("REDUNDANT_CONDITION_VALUE_NUM")
def numbers_of_which_one_counts(condition: ConditionFact) -> Iterator[Hit]:
    if condition.family is not Family.NUMERIC or len(condition.values) < 2 or condition.spelled is None:
        return
    name = condition.spelled.operator.name
    if "Than" not in name:
        return
    try:
        numbers = [(read_number(value.text), value) for value in condition.values]
    except InvalidValue:
        return
    which, pick = ("greatest", max) if "Less" in name else ("least", min)
    counting = pick(number for number, _ in numbers)
    message = f"of several values of {name} only the {which} counts, {counting}"
    yield Hit("REDUNDANT_CONDITION_VALUE_NUM", condition.path, message)


@condition_check("IMPROVE_IP_RANGE")
def addresses_beyond_their_mask(condition: ConditionFact) -> Iterator[Hit]:
    if condition.family is not Family.IP:
        return
    for value in condition.values:
        network = _network(value)
        if network is None or "/" not in value.text:
            continue
        address = value.text.partition("/")[0]
        if ip_network(address)[0] != network.network_address:
            message = f"the bits of {shown(value.text)} behind its mask do not count; write {network}"
            yield Hit("IMPROVE_IP_RANGE", value.path, message, repair=Repair(f"Change to {network}", f'"{network}"'))


@condition_check(
    "PRIVATE_IP_ADDRESS", "PRIVATE_NOT_IP_ADDRESS", "PRIVATE_IP_ADDRESS_SUBSET", "PRIVATE_NOT_IP_ADDRESS_SUBSET"
)
def private_addresses(condition: ConditionFact) -> Iterator[Hit]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip"""
    if condition.family is not Family.IP or condition.folded != "aws:sourceip":
        return
    networks = [network for value in condition.values if (network := _network(value))]
    private = [network for network in networks if _is_private(network)]
    if not private:
        return
    code = "PRIVATE_NOT_IP_ADDRESS" if condition.negated else "PRIVATE_IP_ADDRESS"
    if len(private) < len(networks):
        code += "_SUBSET"
    message = f"aws:SourceIp is a public address, never in {private[0]}; aws:VpcSourceIp knows private ones"
    yield Hit(code, condition.path, message, at_key=True)


_PRIVATE: Final = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))


def _is_private(network: Network) -> bool:
    return any(
        network.version == private.version
        and network.prefixlen >= private.prefixlen
        and network.network_address in private
        for private in _PRIVATE
    )


def _network(value: Located) -> Network | None:
    try:
        return read_network(value.text)
    except InvalidValue:
        return None
