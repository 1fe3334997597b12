"""Where the page of a thing is: `{{ policy|page }}`, `{{ identity|page }}`."""

from functools import cache

from django import template
from django.urls import NoReverseMatch, get_script_prefix, reverse

from policies_app.engine.arn import Arn
from policies_app.engine.errors import InvalidArn
from policies_app.models import Identity, Policy
from policies_app.operations.search import NAME

register = template.Library()


@register.filter
def scope(policy: Policy) -> str:
    """Whose policy it is, as addresses say it."""
    return "aws" if policy.is_aws_managed else "local"


@register.filter
def page(thing: Identity | Policy) -> str:
    if isinstance(thing, Policy):
        return address("policies:detail", scope(thing), thing.name)
    return address(f"{thing.kind}s:detail", thing.name)


def address(route: str, *parts: str) -> str:
    """As `reverse` gives it, of a route whose last part is a name; a list has some hundred of them."""
    *others, name = parts
    if name.strip(".") and NAME.fullmatch(name):
        before, _, after = _around(get_script_prefix(), route, *others)
        return before + name + after
    return reverse(route, args=parts)


@cache
def _around(_: str, route: str, *others: str) -> tuple[str, str, str]:
    """What stands before and after the name, in which every character stands for itself."""
    return reverse(route, args=[*others, "NAME"]).rpartition("NAME")


def policy_page(arn: str) -> str:
    """Of the managed policy with that ARN; empty for what is none."""
    try:
        parsed = Arn.parse(arn)
        whose = "aws" if parsed.account == "aws" else "local"
        return reverse("policies:detail", args=[whose, parsed.resource.rpartition("/")[2]])
    except (InvalidArn, NoReverseMatch):
        return ""
