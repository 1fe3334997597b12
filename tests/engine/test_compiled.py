"""The cache of compiled documents: exact, and bounded."""

from policies_app.engine.compiled import CompiledDocuments, cached_document, compile_document
from policies_app.engine.parser import Layer

ALLOW = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'


def test_a_document_is_compiled_once() -> None:
    documents = CompiledDocuments()
    first = documents.compile("a", ALLOW, Layer.IDENTITY)
    assert first is not None
    assert documents.compile("a", ALLOW, Layer.IDENTITY) is first


def test_a_document_with_errors_is_none_each_time() -> None:
    documents = CompiledDocuments()
    assert documents.compile("b", "{}", Layer.IDENTITY) is None
    assert documents.compile("b", "{}", Layer.IDENTITY) is None


def test_the_kind_is_part_of_the_key() -> None:
    assert compile_document("c", ALLOW, Layer.IDENTITY) is not None
    assert compile_document("c", ALLOW, Layer.TRUST) is None


def test_what_is_kept_is_found_by_its_hash_alone() -> None:
    assert cached_document("d", Layer.IDENTITY) is None
    compiled = compile_document("d", ALLOW, Layer.IDENTITY)
    assert cached_document("d", Layer.IDENTITY) is compiled


def test_what_was_used_longest_ago_goes_first() -> None:
    documents = CompiledDocuments(budget=2 * len(ALLOW))
    first, second = (documents.compile(key, ALLOW, Layer.IDENTITY) for key in ("a", "b"))
    documents.compile("a", ALLOW, Layer.IDENTITY)
    documents.compile("c", ALLOW, Layer.IDENTITY)
    assert documents.compile("a", ALLOW, Layer.IDENTITY) is first
    assert documents.compile("b", ALLOW, Layer.IDENTITY) is not second


def test_a_document_beyond_the_budget_is_compiled_and_not_kept() -> None:
    documents = CompiledDocuments(budget=10)
    first = documents.compile("a", ALLOW, Layer.IDENTITY)
    assert first is not None
    assert documents.compile("a", ALLOW, Layer.IDENTITY) is not first


def test_a_lower_budget_holds_from_the_next_document_on() -> None:
    documents = CompiledDocuments()
    first, second = (documents.compile(key, ALLOW, Layer.IDENTITY) for key in ("a", "b"))
    documents.limit(2 * len(ALLOW))
    documents.compile("c", ALLOW, Layer.IDENTITY)
    assert documents.cached("b", Layer.IDENTITY) is second
    assert documents.cached("a", Layer.IDENTITY) is not first
