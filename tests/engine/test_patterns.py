"""Wildcards: what they match, and that they never take more than one step a character."""

import re
from collections.abc import Iterator
from itertools import product
from time import process_time
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_app.engine.patterns import compile_pattern

LETTERS = st.text("ab*", max_size=8) | st.text("ab*?", max_size=12)


@given(LETTERS, st.text("abB\n", max_size=12), st.booleans())
def test_a_pattern_matches_what_its_regular_expression_matches(text: str, value: str, ignore_case: bool) -> None:  # noqa: FBT001  Hypothesis names it
    expression = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    expected = re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG))
    assert compile_pattern(text, ignore_case=ignore_case).matches(value) is bool(expected)


def test_every_short_pattern_matches_what_its_regular_expression_matches() -> None:
    values = ["".join(chars) for length in range(5) for chars in product("abc", repeat=length)]
    for text in ("".join(chars) for length in range(6) for chars in product("ab*?", repeat=length)):
        matches, expected = compile_pattern(text, ignore_case=False).matches, _expression(text).fullmatch
        assert [value for value in values if matches(value)] == [value for value in values if expected(value)], text


def _expression(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


@given(st.text(st.characters(exclude_characters="*?")), st.text())
def test_a_pattern_without_wildcards_is_equality(text: str, value: str) -> None:
    pattern = compile_pattern(text, ignore_case=False)
    assert pattern.matches(text)
    assert pattern.matches(value) is (text == value)


@given(LETTERS, st.text("ab", max_size=12), st.text("ab", max_size=3))
def test_a_star_more_never_matches_less(text: str, value: str, more: str) -> None:
    if compile_pattern(text, ignore_case=False).matches(value):
        assert compile_pattern(f"{text}*", ignore_case=False).matches(value + more)


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        ("*b*", "abc", "ac"),
        ("*a", "ba", "ab"),
        ("a*a", "aa", "a"),
        ("a*b*c", "abbc", "acb"),
        ("*ab*ab*", "abab", "aba"),
        ("*a*b", "aab", "b"),
        ("a*b*b", "abb", "ab"),
        ("?", "a", ""),
        ("*?", "a", ""),
        ("a?", "ab", "cb"),
        ("ab?", "abc", "bbc"),
        ("?*b?*b?*", "abcbd", "abbcc"),
    ],
)
def test_runs_between_stars_come_in_order_and_never_overlap(text: str, matching: str, other: str) -> None:
    pattern = compile_pattern(text, ignore_case=False)
    assert pattern.matches(matching)
    assert not pattern.matches(other)


def test_case_counts_unless_it_is_told_not_to() -> None:
    assert compile_pattern("S3:Get*", ignore_case=True).matches("s3:GETobject")
    assert not compile_pattern("S3:Get*", ignore_case=False).matches("s3:GETobject")


class CountedText(str):
    """A text that counts how often one of its characters is taken."""

    __slots__ = ()
    taken: ClassVar[int] = 0

    def __iter__(self) -> Iterator[str]:
        for char in super().__iter__():
            CountedText.taken += 1
            yield char


@pytest.mark.parametrize("pattern", ["*a?" * 400 + "b", "?*" * 400 + "b", "*a*a?a" * 200 + "b"])
def test_a_pattern_with_question_marks_takes_one_step_a_character(pattern: str) -> None:
    value = CountedText("a" * 5000)
    CountedText.taken = 0
    assert not compile_pattern(pattern, ignore_case=False).matches(value)
    assert CountedText.taken <= len(value)


@pytest.mark.parametrize("pattern", ["*a" * 1000 + "b", "*aaaa" * 400 + "*b", "a*" * 1000 + "b", "*a" * 40 + "?*b"])
def test_hostile_patterns_do_not_backtrack(pattern: str) -> None:
    test = compile_pattern(pattern, ignore_case=False).test
    started = process_time()
    for _ in range(20):
        assert not test("a" * 4000)
    assert process_time() - started < 2  # a backtracking matcher does not end
