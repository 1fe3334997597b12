"""`{{ title|marked:text }}`, with what was searched for marked in it; `{% palette %}`, the dialogs of every page."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from console.web import hits

register = template.Library()
register.filter(hits.marked)


@register.simple_tag
@cache
def palette() -> SafeString:
    """The same for everybody, so it is made once."""
    dialogs = (render_to_string(f"components/{name}.html") for name in ("palette", "shortcuts"))
    return mark_safe("".join(dialogs))  # noqa: S308  # of our own templates
