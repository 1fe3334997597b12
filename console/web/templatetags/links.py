"""Where the page of a thing is: `{{ policy|page }}`, `{{ identity|page }}`."""

from django import template
from django.urls import NoReverseMatch, reverse

from policies_app.engine.arn import Arn
from policies_app.engine.errors import InvalidArn
from policies_app.models import Identity, Policy

register = template.Library()


@register.filter
def scope(policy: Policy) -> str:
    """Whose policy it is, as addresses say it."""
    return "aws" if policy.is_aws_managed else "local"


@register.filter
def page(thing: Identity | Policy) -> str:
    if isinstance(thing, Policy):
        return reverse("policies:detail", args=[scope(thing), thing.name])
    return reverse(f"{thing.kind}s:detail", args=[thing.name])


def policy_page(arn: str) -> str:
    """Of the managed policy with that ARN; empty for what is none."""
    try:
        parsed = Arn.parse(arn)
        whose = "aws" if parsed.account == "aws" else "local"
        return reverse("policies:detail", args=[whose, parsed.resource.rpartition("/")[2]])
    except (InvalidArn, NoReverseMatch):
        return ""
