"""The AWS managed policies, as a whole set with its fingerprint."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

from policies_app.engine.catalog.datafile import DIRECTORY, Source, read_header, read_records

PATH = DIRECTORY / "managed_policies.gz"


@dataclass(frozen=True, slots=True)
class ManagedPolicy:
    """One AWS managed policy with the version in force; AWS publishes no earlier versions.

    `version_id` is AWS's own (``v1`` … ``v190``). `created` is the policy's date and `updated` that of this version,
    both UTC. `document` is minified JSON, its keys in the order of the source.
    """

    name: str
    path: str
    version_id: str
    created: datetime
    updated: datetime
    document: str

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::aws:policy{self.path}{self.name}"

    @property
    def policy_id(self) -> str:
        """``ANPA…``, 21 characters, the same in every installation: made from the ARN, as no source gives AWS's own."""
        return "ANPA" + base64.b32encode(hashlib.sha256(self.arn.encode()).digest()).decode()[:17]


def load() -> tuple[ManagedPolicy, ...]:
    """All of them, sorted by name. Reads the file anew each time: the caller stores them and forgets them."""
    return tuple(parse_record(line) for line in read_records(PATH))


def fingerprint() -> str:
    """SHA-256 (hex) of the whole set, read from the header: changes exactly when some fact about some policy does."""
    return read_header(PATH).sha256


def sources() -> tuple[Source, ...]:
    return read_header(PATH).sources


def parse_record(line: str) -> ManagedPolicy:
    name, path, version_id, created, updated, document = line.split("\t")
    return ManagedPolicy(
        name, path, version_id, datetime.fromisoformat(created), datetime.fromisoformat(updated), document
    )


def format_record(policy: ManagedPolicy) -> str:
    dates = f"{policy.created.isoformat()}\t{policy.updated.isoformat()}"
    return f"{policy.name}\t{policy.path}\t{policy.version_id}\t{dates}\t{policy.document}"
