from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from console.web import search
from console.web.requests import ConsoleRequest
from policies_app.operations.service_model import storable

IN_PALETTE, ON_PAGE = 5, 15
"""How many of a kind are shown at once."""


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def results(request: ConsoleRequest) -> HttpResponse:
    """Of everything that the viewer may list; for the palette a few of each kind, as a list of options."""
    text = storable(request.GET.get("q", "")).strip()[: search.LONGEST]
    in_palette = request.htmx.target == "palette-results"
    typing = bool(request.htmx)
    found = (
        search.find(request, text, each=IN_PALETTE if in_palette else ON_PAGE, typing=typing)
        if text
        else search.begin(request)
    )
    template = "search/results.html" + ("#palette" if in_palette else "#rows" if request.htmx else "")
    return render(request, template, {"text": text, "found": found})
