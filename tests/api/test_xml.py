"""Outputs become XML: by the shapes of the service model, and without a server."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.etree import ElementTree as ET

from botocore.parsers import QueryParser

from console.api import xml
from policies_app.operations import service_model


def read_by_botocore(service: str, action: str, output: dict[str, Any]) -> dict[str, Any]:
    """What a client makes of it."""
    model = service_model.service(service).operation_model(action)
    answer = {"status_code": 200, "headers": {}, "body": xml.answer(model, output, "an-id").encode()}
    parsed = dict(QueryParser().parse(answer, model.output_shape))
    assert parsed.pop("ResponseMetadata")["RequestId"] == "an-id"
    return parsed


def test_a_client_reads_what_was_written() -> None:
    user = {"UserName": "dana & <erin>", "Path": "/", "Tags": [{"Key": "é", "Value": ""}, {"Key": "b", "Value": "😀"}]}
    assert read_by_botocore("iam", "GetUser", {"User": user}) == {"User": user}


def test_what_is_none_is_left_out_and_what_is_empty_is_not() -> None:
    output = {"Users": [], "IsTruncated": False, "Marker": None}
    assert read_by_botocore("iam", "ListUsers", output) == {"Users": [], "IsTruncated": False}
    assert read_by_botocore("iam", "GetRole", {"Role": {"RoleLastUsed": {"LastUsedDate": None}}}) == {
        "Role": {"RoleLastUsed": {}}
    }


def test_maps_numbers_and_bytes_are_written_by_their_shapes() -> None:
    summary = {"SummaryMap": {"Users": 3, "Groups": 0}}
    assert read_by_botocore("iam", "GetAccountSummary", summary) == summary
    report = {"Content": b"user,arn\r\n\x00", "ReportFormat": "text/csv"}
    assert read_by_botocore("iam", "GetCredentialReport", report) == report


def test_times_are_in_utc_to_the_second() -> None:
    time = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=timezone(timedelta(hours=2)))
    model = service_model.service("iam").operation_model("GetUser")
    assert "<CreateDate>2026-01-02T01:04:05Z</CreateDate>" in xml.answer(model, {"User": {"CreateDate": time}}, "")
    assert read_by_botocore("iam", "GetUser", {"User": {"CreateDate": time}})["User"]["CreateDate"] == datetime(
        2026, 1, 2, 1, 4, 5, tzinfo=UTC
    )


def test_an_answer_without_an_output_has_its_id_alone() -> None:
    model = service_model.service("iam").operation_model("DeleteUser")
    assert xml.answer(model, {}, "an-id") == (
        '<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        "<ResponseMetadata><RequestId>an-id</RequestId></ResponseMetadata></DeleteUserResponse>"
    )


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    text = xml.error("urn:x", {"Type": "Sender", "Message": "a\x00b\ud800c\ufffe<>&\"'"}, "an-id")
    assert ET.fromstring(text.encode()).findtext(".//{urn:x}Message") == "a\ufffdb\ufffdc\ufffd<>&\"'"
