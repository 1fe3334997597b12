"""The same people as on the console's own pages."""

from tests.web.conftest import admin, alice, bob, carol, sample, signed_in

__all__ = ["admin", "alice", "bob", "carol", "sample", "signed_in"]
