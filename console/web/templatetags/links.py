"""Where the page of a thing is: `{{ policy|page }}`, `{{ identity|page }}`."""

from django import template
from django.urls import reverse

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
