"""The lists of users, groups and roles."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from console.web.forms.identities import ListFilters
from console.web.requests import ConsoleRequest

from .identities import Kind, create_gate, search


@require_safe
def listing(request: ConsoleRequest, kind: Kind) -> HttpResponse:
    """Search as you type, one page after the other."""
    form = ListFilters(request.GET)
    page, refused = search(request.call, kind.list, form)
    context = {
        "kind": kind,
        "form": form,
        "refused": refused,
        "rows": page.items,
        "previous_url": form.page_url(page.previous, backwards=True),
        "next_url": form.page_url(page.next),
        "create_label": f"Create {kind.kind}",
        "create": create_gate(request.call, kind, form.path_prefix),
        "create_url": f"{kind.url('create')}?{urlencode({'path': form.path_prefix})}"
        if form.path_prefix
        else kind.url("create"),
    }
    swap = request.htmx and not request.htmx.boosted
    template = "identities/list.html#rows" if swap else "identities/list.html"
    response = render(request, template, context, status=403 if refused else 422 if form.errors else 200)
    patch_vary_headers(response, ["HX-Request"])
    return response
