"""Answers of the AWS Query protocol: an operation's output becomes XML, by its shape in botocore's service model."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import regex
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

# https://www.w3.org/TR/xml/#charsets
UNWRITABLE = regex.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
TYPE = "text/xml"


def answer(operation: OperationModel, output: Mapping[str, Any], request_id: str) -> str:
    """`<CreateUserResponse><CreateUserResult>…</CreateUserResult><ResponseMetadata>…`"""
    name = operation.name
    parts = [f'<{name}Response xmlns="{operation.service_model.metadata["xmlNamespace"]}">']
    if shape := operation.output_shape:
        wrapper = shape.serialization["resultWrapper"]
        parts.append(f"<{wrapper}>")
        _members_writer(shape)(parts, output)
        parts.append(f"</{wrapper}>")
    parts.append(f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>")
    return "".join(parts)


def error(namespace: str, told: Mapping[str, str], request_id: str) -> str:
    """`told` has `Type` (who is to blame: `Sender` or `Receiver`), `Code` and `Message`; what is empty is left out."""
    parts = "".join(f"<{name}>{_text(text)}</{name}>" for name, text in told.items() if text)
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error>{parts}</Error><RequestId>{request_id}</RequestId></ErrorResponse>'
    )


type Writer = Callable[[list[str], Any], None]


@cache
def _writer(name: str, shape: Shape) -> Writer:
    """What writes a value of the shape, made once for each place in the models: a page of a list has thousands."""
    start, end = f"<{name}>", f"</{name}>"
    match shape:
        case StructureShape():
            inner = _members_writer(shape)
        case ListShape():
            inner = _list_writer(_writer("member", shape.member))
        case MapShape():
            inner = _map_writer(_writer("key", shape.key), _writer("value", shape.value))
        case _:
            return lambda parts, value: parts.append(f"{start}{_scalar(value)}{end}")

    def write(parts: list[str], value: Any) -> None:
        parts.append(start)
        inner(parts, value)
        parts.append(end)

    return write


@cache
def _members_writer(shape: StructureShape) -> Writer:
    members = [(name, _writer(name, member)) for name, member in shape.members.items()]

    def write(parts: list[str], values: Mapping[str, Any]) -> None:
        for name, write_member in members:
            if (value := values.get(name)) is not None:
                write_member(parts, value)

    return write


def _list_writer(write_item: Writer) -> Writer:
    def write(parts: list[str], items: Iterable[Any]) -> None:
        for item in items:
            write_item(parts, item)

    return write


def _map_writer(write_key: Writer, write_value: Writer) -> Writer:
    def write(parts: list[str], entries: Mapping[str, Any]) -> None:
        for key, value in entries.items():
            parts.append("<entry>")
            write_key(parts, key)
            write_value(parts, value)
            parts.append("</entry>")

    return write


def _scalar(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case bool():
            return "true" if value else "false"
        case datetime():
            # Much quicker than `strftime`.
            return f"{value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
        case bytes():
            return b64encode(value).decode()
    return _text(str(value))


def _text(text: str) -> str:
    writable = text if text.isascii() and text.isprintable() else UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return escape(writable)
