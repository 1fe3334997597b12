"""`{{ title|marked:text }}`, with what was searched for marked in it; `{% palette %}`, the dialogs of every page."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from console.web import search

register = template.Library()
register.filter(search.marked)


@register.simple_tag
@cache
def palette() -> SafeString:
    """The same for everybody, so it is made once."""
    return render_to_string("components/palette.html") + render_to_string("components/shortcuts.html")
