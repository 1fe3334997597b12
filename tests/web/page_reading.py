"""What a browser finds on a page: where its links lead, and what each of its buttons would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.test.html import Element, parse_html

TICKED = {"radio", "checkbox"}


@dataclass(slots=True)
class Form:
    """`sent` are the names and values that go along untouched; `typed` what somebody fills in, with what is there."""

    action: str
    method: str
    sent: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    danger_name: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    form: Form
    action: str
    method: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Page:
    """`offers` are the links that look like buttons, by their words; `refused` the buttons that do nothing, each with
    the reason that it gives."""

    links: list[str]
    offers: list[tuple[str, str]]
    buttons: list[Button]
    refused: list[tuple[str, str]]


def read(html: str, url: str) -> Page:
    elements = list(_walk(parse_html(html), None))
    named = {attributes["id"]: element for element, attributes, _ in elements if "id" in attributes}
    forms = {
        id(element): Form(urljoin(url, attributes.get("action") or url), attributes.get("method", "get"))
        for element, attributes, _ in elements
        if element.name == "form"
    }
    page = Page([], [], [], [])
    for element, attributes, around in elements:
        owner = named.get(attributes["form"]) if "form" in attributes else around
        form = forms.get(id(owner))
        dead = attributes.get("aria-disabled") == "true" or "disabled" in attributes
        match element.name:
            case "a" if "href" in attributes:
                page.links.append(urljoin(url, attributes["href"]))
                if "btn" in attributes.get("class", "").split():
                    page.offers.append((_text(element), page.links[-1]))
            case "button" if dead:
                described = named.get(attributes.get("aria-describedby", ""))
                page.refused.append((_text(element), _text(described) if described else attributes.get("title", "")))
            case "button" if form and attributes.get("type", "submit") == "submit":
                action = urljoin(url, attributes.get("formaction") or form.action)
                method = attributes.get("formmethod", form.method)
                sent = attributes.get("name", ""), attributes.get("value", "")
                page.buttons.append(Button(_text(element), form, action, method, *sent))
            case "input" | "textarea" | "select" if form and not dead and attributes.get("name"):
                _field(form, element, attributes)
            case _ if form and "danger-name" in attributes.get("class", "").split():
                form.danger_name = _text(element)
    return page


def _walk(element: Element, form: Element | None) -> Iterator[tuple[Element, dict[str, str], Element | None]]:
    """Each element with its attributes and the form around it."""
    form = element if element.name == "form" else form
    yield element, {name: value or "" for name, value in element.attributes}, form
    for child in element.children:
        if isinstance(child, Element):
            yield from _walk(child, form)


def _text(element: Element) -> str:
    pieces = (_text(child) if isinstance(child, Element) else child for child in element.children)
    return " ".join("".join(pieces).split())


def _field(form: Form, element: Element, attributes: dict[str, str]) -> None:
    name, kind = attributes["name"], attributes.get("type", "text")
    if element.name == "select":
        options = [(dict(each.attributes), _text(each)) for each, _, _ in _walk(element, None) if each.name == "option"]
        for option, text in sorted(options, key=lambda each: "selected" not in each[0])[:1]:
            form.sent[name] = [(option["value"] or "") if "value" in option else text]
    elif kind in TICKED and "checked" not in attributes:
        form.typed.setdefault(name, attributes.get("value", "on"))
    elif kind in TICKED or kind == "hidden":
        form.sent.setdefault(name, []).append(attributes.get("value", "on" if kind in TICKED else ""))
    else:
        form.typed[name] = _text(element) if element.name == "textarea" else attributes.get("value", "")
