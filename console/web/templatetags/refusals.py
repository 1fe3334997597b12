"""A refused panel that names the denying statements to a viewer who may read them."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from console.web.why_links import why_url
from policies_app.engine.arn import Arn
from policies_app.engine.decision import Decision, MatchedStatement, Outcome, PolicySource
from policies_app.engine.mismatches import Unmatched
from policies_app.operations.explanations import may_read

register = template.Library()


@register.inclusion_tag("components/refused.html", takes_context=True)
def refusal(context: RequestContext, decision: Decision, title: str = "", *, ask: str = "") -> dict[str, Any]:
    """`{% refusal decision "Title" ask="Sentence." %}`, for components/refused.html."""
    denying = decision.matched if decision.outcome is Outcome.EXPLICIT_DENY else ()
    named = [statement for statement in denying if _readable(context, statement.source)]
    return {
        "decision": decision,
        "title": title,
        "denied_by": named,
        "policy_url": statement_page(named[0]) if named else None,
        "ask": ask,
        "why_url": why_url(context["request"], decision),
    }


def _readable(context: RequestContext, source: PolicySource) -> bool:
    """Asked once a page for each policy, however many panels it refuses."""
    request: Any = context["request"]
    known: dict[PolicySource, bool] = request.__dict__.setdefault("readable_sources", {})
    if source not in known:
        known[source] = may_read(request.call, source)
    return known[source]


@register.filter
def statement_page(statement: MatchedStatement | Unmatched) -> str | None:
    """The page of a managed policy, at the statement's first line."""
    if statement.source.arn is None:
        return None
    arn = Arn.parse(statement.source.arn)
    scope = "aws" if arn.account == "aws" else "local"
    return f"{reverse('policies:detail', args=[scope, arn.resource.rpartition('/')[2]])}#L{statement.span.start.line}"
