"""Typed values: what the readers take and refuse."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_app.engine.arn import Arn
from policies_app.engine.errors import InvalidArn, InvalidValue
from policies_app.engine.values import read_binary, read_bool, read_date, read_network, read_number

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=ZONES))  # noqa: DTZ001  zones follow
def test_a_date_is_the_moment_that_python_reads(moment: datetime) -> None:
    assert read_date(moment.isoformat()) == (moment - EPOCH) // timedelta(microseconds=1) * 1000


@given(st.integers(-(2**63) + 1, 2**63 - 1).filter(lambda seconds: not 1000 <= seconds <= 9999))
def test_whole_numbers_are_epoch_seconds(seconds: int) -> None:
    assert read_date(str(seconds)) == seconds * 1_000_000_000


def test_a_fraction_before_1970_counts_backwards() -> None:
    assert read_date("-1.5") == -1_500_000_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-13",
        "2026-02-29",
        "2026-01-01T",
        "2026-01-01T25",
        "2026-01-01T24:00",
        "2026-01-01T12:60",
        "2026-01-01T12:00:60",
        "2026-01-01T12:00+24:00",
        "2026-01-01T12:00+01:60",
        "1e3",
        "٣",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_date(text)


@pytest.mark.parametrize("text", ["", "x", "1,5", "1e9999", "0x1", "NaN", "Infinity", "1_000", "٣", " 1", "9" * 41])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_number(text)


@pytest.mark.parametrize(
    "text", ["", "x", "1.2.3", "1.2.3.4.5", "1.2.3.04", "1.2.3.4/33", "::/129", "fe80::1%eth0", "1"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_network(text)


@pytest.mark.parametrize("read", [read_number, read_date, read_bool, read_network, read_binary])
@given(text=st.text())
def test_a_reader_raises_nothing_but_its_own_error(read: Callable[[str], object], text: str) -> None:
    with suppress(InvalidValue):
        read(text)


def test_an_arn_comes_back_as_it_was_written() -> None:
    text = "arn:aws:logs:eu-west-1:123456789012:log-group:a:log-stream:b"
    assert Arn.parse(text) == Arn("aws", "logs", "eu-west-1", "123456789012", "log-group:a:log-stream:b")
    assert str(Arn.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "*", "arn:aws:iam::x", "nra:aws:iam::1:x", "arn::iam::1:x", "arn:aws:::1:x", "arn:aws:iam::1:"]
)
def test_what_is_no_arn_is_refused(text: str) -> None:
    with pytest.raises(InvalidArn):
        Arn.parse(text)
