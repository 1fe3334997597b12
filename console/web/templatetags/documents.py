"""The documents of policies: `{% document %}` and `highlight` to read one, `{% policy_editor %}` to write one."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from django import forms, template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.findings import counts
from policies_app.engine.analyzer.changes import Changes
from policies_app.engine.analyzer.summary import Scope
from policies_app.engine.catalog.services import fingerprint
from policies_app.engine.findings import Finding, Span
from policies_app.operations.documents import size

from .console import breakable

register = template.Library()

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)'
    r'|(?P<allow>"Allow")|(?P<deny>"Deny")'
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<literal>\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b)"
)


@register.inclusion_tag("components/document.html")
def document(text: str, label: str, prefix: str = "", mark: Span | None = None) -> dict[str, object]:
    """A policy document to read; each line is a place to link to: ``#L14``, or ``#v3-L14`` with the prefix ``v3-``.

    ``mark`` is the span of the lines to stand out, such as the statement that denied.
    """
    marked = range(mark.start.line, mark.end.line + 1) if mark else range(0)
    before = conditional_escape(prefix)
    # Not a loop of the template: a page may hold sixty documents of a hundred lines.
    lines = "".join(
        f'<span class="line{" marked" if number in marked else ""}" id="{before}L{number}"><a href="#{before}L{number}"'
        f' class="line-number" tabindex="-1" aria-label="Line {number}" data-number="{number}"></a>{highlight(line)}\n'
        "</span>"
        for number, line in enumerate(text.splitlines(), start=1)
    )
    return {"lines": mark_safe(lines), "label": label}  # noqa: S308 - every piece is escaped


@register.filter
@lru_cache(maxsize=4096)  # policies repeat each other's lines
def highlight(line: str) -> SafeString:
    """One line of JSON with its tokens in spans; a JSON string never holds a line break, so a line is enough."""
    return mark_safe("".join(_spans(line)))  # noqa: S308 - every piece is escaped in _spans


@register.simple_tag
def policy_scope(scope: Scope) -> SafeString:
    """Two cells of a summary's row: resources and conditions. Not a template: a summary may have hundreds of rows."""
    if scope.all_resources:
        resources = '<span class="nowrap">All resources</span>'
    elif scope.excepted:
        resources = f"All resources except {_codes(scope.excepted)}"
    else:
        resources = _codes(scope.resources) or "The role itself"
    return mark_safe(f"<td>{resources}</td><td>{_codes(scope.conditions) or 'None'}</td>")  # noqa: S308 - see _codes


def _codes(texts: Iterable[str]) -> str:
    """Escaped."""
    return " ".join(f"<code>{breakable(text)}</code>" for text in texts)


def _spans(line: str) -> Iterator[str]:
    end = 0
    for match in _TOKEN.finditer(line):
        yield conditional_escape(line[end : match.start()])
        yield format_html('<span class="json-{}">{}</span>', match.lastgroup, match.group())
        end = match.end()
    yield conditional_escape(line[end:])


@register.inclusion_tag("components/policy_editor.html", takes_context=True)
def policy_editor(
    context: Context,
    bound: forms.BoundField,
    check_url: str,
    findings: Iterable[Finding] | None,
    limit: int | None = None,
    *,
    base: str = "",
    changes: Changes | None = None,
) -> dict[str, object]:
    """The document of a policy as text, and what is wrong with it: None before anybody has looked. One a page.

    ``limit`` is the quota, in characters without white space, that the used ones are shown beside. ``base`` is the text
    that is edited: it is sent along, for the answer to say what changes, as ``changes`` did of what was sent last.

    While somebody types, the text is posted to ``check_url``: see `console.web.views.policy_editor.check`.
    """
    attrs: dict[str, str | bool] = {
        "class": "form-control",
        "wrap": "off",
        "spellcheck": "false",
        "autocapitalize": "off",
        "autocomplete": "off",
        "rows": "22",
        "hx-post": check_url,
        "hx-trigger": "input changed delay:400ms",
        "hx-target": "#findings",
        "hx-sync": "this:replace",
        "hx-include": "#base_document",
    }
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attrs),
        "check_url": check_url,
        "catalog": fingerprint()[:16],
        "account": context["request"].call.account_id,
        "typed_by": context["request"].user.unique_id,
        "findings": findings,
        "counts": counts(findings or ()),
        "text_id": bound.id_for_label,
        "size": size(bound.value() or ""),
        "limit": limit,
        "base": base,
        "changes": changes,
    }
