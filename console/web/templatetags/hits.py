"""`{{ hit.title|marked:text }}`: with what was searched for marked in it."""

from django import template

from console.web import hits

register = template.Library()
register.filter(hits.marked)
