"""Documents compiled once: a document never changes, so neither does what its hash stands for.

The budget counts characters of text, since a compiled policy takes memory in proportion to its text.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final

from policies_app.engine.document import Layer, Policy
from policies_app.engine.parser import parse

DEFAULT_BUDGET: Final = 8_000_000
"""Characters of documents kept compiled by a process: some 15 bytes each once they are asked."""


class CompiledDocuments:
    """A cache that forgets the document that was used longest ago. Safe to share between threads."""

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        self._budget = budget
        self._held = 0
        self._entries: OrderedDict[tuple[str, Layer], tuple[Policy | None, int]] = OrderedDict()
        self._lock = Lock()

    def limit(self, budget: int) -> None:
        """Keep no more than so many characters from the next document on."""
        self._budget = budget

    def cached(self, sha256: str, kind: Layer) -> Policy | None:
        """The policy, if it is kept; so who has only the hash need not read the text."""
        known = self._find((sha256, kind))
        return known[0] if known else None

    def compile(self, sha256: str, text: str, kind: Layer) -> Policy | None:
        """The policy of a document whose hash is `sha256`; None when the document has errors."""
        key = (sha256, kind)
        if known := self._find(key):
            return known[0]
        policy = parse(text, kind).policy
        with self._lock:
            if key not in self._entries:
                self._entries[key] = (policy, len(text))
                self._held += len(text)
            while self._held > self._budget:
                _, (_, size) = self._entries.popitem(last=False)
                self._held -= size
        return policy

    def _find(self, key: tuple[str, Layer]) -> tuple[Policy | None, int] | None:
        with self._lock:
            if (known := self._entries.get(key)) is not None:
                self._entries.move_to_end(key)
            return known


_documents: Final = CompiledDocuments()


def compile_document(sha256: str, text: str, kind: Layer) -> Policy | None:
    """Compile a document with the cache of this process."""
    return _documents.compile(sha256, text, kind)


def cached_document(sha256: str, kind: Layer) -> Policy | None:
    """The compiled document, if this process still has it."""
    return _documents.cached(sha256, kind)


def limit_documents(budget: int) -> None:
    """How many characters of documents the cache of this process keeps."""
    _documents.limit(budget)
