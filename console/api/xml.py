"""Answers of the AWS Query protocol: an operation's output becomes XML, by its shape in botocore's service model."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
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
        _write_members(parts, shape, output)
        parts.append(f"</{wrapper}>")
    parts.append(f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>")
    return "".join(parts)


def error(namespace: str, told: Mapping[str, str], request_id: str) -> str:
    """`told` has `Type` (who is to blame: `Sender` or `Receiver`), `Code` and `Message`; what is empty is left out."""
    parts = "".join(f"<{name}>{_text(text)}</{name}>" for name, text in told.items() if text)
    return (
        f'<ErrorResponse xmlns="{namespace}"><Error>{parts}</Error><RequestId>{request_id}</RequestId></ErrorResponse>'
    )


def _write_members(parts: list[str], shape: StructureShape, values: Mapping[str, Any]) -> None:
    for name, member in shape.members.items():
        if (value := values.get(name)) is not None:
            _write(parts, name, member, value)


def _write(parts: list[str], name: str, shape: Shape, value: Any) -> None:
    parts.append(f"<{name}>")
    match shape:
        case StructureShape():
            _write_members(parts, shape, value)
        case ListShape():
            for item in value:
                _write(parts, "member", shape.member, item)
        case MapShape():
            for key, item in value.items():
                parts.append("<entry>")
                _write(parts, "key", shape.key, key)
                _write(parts, "value", shape.value, item)
                parts.append("</entry>")
        case _:
            parts.append(_scalar(value))
    parts.append(f"</{name}>")


def _scalar(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case bytes():
            return b64encode(value).decode()
    return _text(str(value))


def _text(text: str) -> str:
    return escape(UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text))
