"""The components that need a little logic; docs/look.md says when to use which.

The others are plain includes under templates/components/, each with its parameters on top.
"""

import re
from datetime import UTC, datetime
from functools import cache
from secrets import token_hex
from typing import Any

from django import forms, template
from django.template import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.why_links import why_url
from policies_app.engine.decision import Decision, Layer, Outcome

register = template.Library()


@register.simple_tag
@cache  # a list shows each of a few icons a hundred times
def icon(name: str) -> SafeString:
    """One icon of static/vendor/bootstrap-icons/sprite.svg. Decorative: the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" width="16" height="16" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/bootstrap-icons/sprite.svg"),
        name,
    )


# Times ---------------------------------------------------------------------------------------------------------------

_UNITS = (("minute", 60), ("hour", 3600), ("day", 86_400))


@register.simple_tag
def when(moment: datetime | None, never: str = "Never") -> SafeString:
    """A relative time, the exact one in UTC on hover. After 30 days the date says more than a number of days."""
    if moment is None:
        return format_html('<span class="text-secondary">{}</span>', never)
    exact = moment.astimezone(UTC)
    # Of digits and words of ours: nothing to escape, and a page has hundreds.
    day, time, words = f"{exact:%Y-%m-%d}", f"{exact:%H:%M:%S}", relative(exact, timezone.now())
    return SafeString(f'<time datetime="{day}T{time}Z" title="{day} {time} UTC">{words}</time>')


def relative(moment: datetime, now: datetime) -> str:
    seconds = int((now - moment).total_seconds())
    if abs(seconds) < 60:
        return "just now"
    if abs(seconds) >= 30 * 86_400:
        return f"{moment.day} {moment:%b %Y}"
    unit, size = next((unit, size) for unit, size in reversed(_UNITS) if abs(seconds) >= size)
    count = abs(seconds) // size
    words = f"{count} {unit}" + ("s" if count > 1 else "")
    return f"{words} ago" if seconds > 0 else f"in {words}"


# ARNs ----------------------------------------------------------------------------------------------------------------


@register.simple_tag
def arn(text: str, what: str = "ARN") -> SafeString:
    """An ARN, id or other text to copy; ``what`` names it for the button."""
    return format_html(
        '<span class="arn"><code>{}</code>'
        '<button type="button" class="copy" data-copy="{}" aria-label="Copy {} {}">{}</button></span>',
        breakable(text),
        text,
        what,
        text,
        icon("copy"),
    )


@register.filter
def breakable(arn: str) -> SafeString:
    """The ARN with places where a line may break: after a colon, before a slash's next part."""
    return mark_safe(re.sub(r"([:/]+)", r"\1<wbr>", conditional_escape(arn)))  # noqa: S308 - escaped, then broken


@register.filter
def short_arn(arn: str) -> str:
    """arn:aws:iam::123456789012:user/alice -> user/alice, for tables where every row is of this account."""
    return arn.rsplit(":", 1)[-1] if arn.startswith("arn:") else arn


# Badges --------------------------------------------------------------------------------------------------------------

_BADGES = {
    "aws": ("AWS managed", "info"),
    "customer": ("Customer managed", "accent"),
    "inline": ("Inline", "neutral"),
    "boundary": ("Boundary", "warn"),
    "allowed": ("Allowed", "ok"),
    "explicitDeny": ("Explicit deny", "danger"),
    "implicitDeny": ("Implicit deny", "warn"),
    "success": ("Success", "ok quiet"),
    "refused": ("Refused", "danger"),
    "failed": ("Failed", "warn"),
    "active": ("Active", "ok quiet"),
    "inactive": ("Inactive", "neutral"),
}


@register.simple_tag
def badge(kind: str, label: str = "", tone: str = "neutral") -> SafeString:
    """A kind of the table above, or any word with a tone: neutral, accent, info, ok, warn, danger."""
    word, known_tone = _BADGES.get(kind, (kind, tone))
    return format_html('<span class="badge tone-{}">{}</span>', known_tone, label or word)


# Forms ---------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(bound: forms.BoundField) -> dict[str, object]:
    """A form field with its label, help and errors. Django itself sets aria-describedby and aria-invalid."""
    widget = bound.field.widget
    match widget:
        case forms.RadioSelect():  # and CheckboxSelectMultiple: a list, whose own element would get the class too
            css = ""
        case forms.CheckboxInput():
            css = "form-check-input"
        case forms.Select():
            css = "form-select"
        case _:
            css = "form-control"
    if css and bound.errors:
        css += " is-invalid"
    return {
        "field": bound,
        "control": bound.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {css}".strip()}),
        "is_check": isinstance(widget, forms.CheckboxInput),
    }


# Decisions -----------------------------------------------------------------------------------------------------------


# A row may have several, so it is no template of its own. Its parameter is called as the pages call it.
draw = icon


@register.simple_tag(takes_context=True)
def gated_button(
    context: RequestContext,
    decision: Decision,
    label: str,
    url: str = "",
    *,
    icon: str = "",
    style: str = "outline-secondary",
) -> SafeString:
    """A link to ``url``, or without one the submit button of its form; where refused, a button that says why."""
    if not decision.allowed:
        request = decision.request
        asked_on: Any = context.request
        return format_html(
            '<button type="button" class="btn btn-sm btn-outline-secondary gated" aria-disabled="true"'
            ' aria-describedby="why-{id}" popovertarget="why-{id}" title="Needs {action}">{lock}{label}</button>'
            '<span class="why" id="why-{id}" popover>Needs <code>{action}</code> on <code>{on}</code>.'
            " {why}{link}</span>",
            id=token_hex(4),
            action=request.action,
            on=breakable(request.resource),
            why=reason(decision),
            link=format_html(' <a href="{}">Why?</a>', to) if (to := why_url(asked_on, decision)) else "",
            lock=draw("lock"),
            label=label,
        )
    drawn = draw(icon) if icon else ""
    if url:
        return format_html('<a class="btn btn-sm btn-{}" href="{}">{}{}</a>', style, url, drawn, label)
    return format_html('<button type="submit" class="btn btn-sm btn-{}">{}{}</button>', style, drawn, label)


@register.filter
def reason(decision: Decision) -> str:
    """Why a decision refuses, without the names of policies: the viewer may not be one who may read them."""
    match decision.outcome, decision.limited_by:
        case Outcome.EXPLICIT_DENY, _:
            return "A policy explicitly denies it."
        case _, Layer.BOUNDARY:
            return "Your permissions boundary does not allow it."
        case _, Layer.SESSION:
            return "The policy of your session does not allow it."
        case _, Layer.TRUST:
            return "The trust policy of the role does not allow it."
        case _:
            return "No policy of yours allows it."


# Words ---------------------------------------------------------------------------------------------------------------


@register.filter
def backticks(message: str) -> SafeString:
    """What a message quotes, between backticks, as code."""
    pieces = conditional_escape(message).split("`")
    marked = (f"<code>{piece}</code>" if place % 2 else piece for place, piece in enumerate(pieces))
    return mark_safe("".join(marked) if len(pieces) % 2 else conditional_escape(message))  # noqa: S308 - escaped before it is split


@register.filter
def words(constant: str) -> str:
    """SECURITY_WARNING -> Security warning."""
    return constant.replace("_", " ").capitalize()


@register.filter
def tone(message: Any) -> str:
    """The tone of one of Django's messages."""
    return {"success": "ok", "warning": "warn", "error": "danger"}.get(message.level_tag, "info")
