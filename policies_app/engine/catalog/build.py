"""Writes the data files anew from the published packages, and prints what changed. Never imported by the product.

    python -m policies_app.engine.catalog.build

The AWS managed policies come from the moto of the development environment. The same input gives the same bytes
(under one zlib; another may pack the same lines differently, which the fingerprint does not see).
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from policies_app.engine.catalog import managed_policies
from policies_app.engine.catalog.datafile import FORMAT, Source, read_records
from policies_app.engine.catalog.managed_policies import ManagedPolicy

NAMES_SHOWN = 20


def main() -> None:
    before = records_by_name(managed_policies.PATH)
    source, policies = read_moto()
    write(managed_policies.PATH, [source], [managed_policies.format_record(each) for each in policies])
    report("policies", before, records_by_name(managed_policies.PATH))


def read_moto() -> tuple[Source, list[ManagedPolicy]]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data  # development only, and five megabytes

    raw = json.loads(aws_managed_policies_data, object_pairs_hook=without_duplicates)
    policies = [managed_policy(name, raw[name]) for name in sorted(raw)]
    as_of = max(each.updated for each in policies).date()
    return Source("moto", version("moto"), "Apache-2.0", as_of), policies


def managed_policy(name: str, raw: Mapping[str, Any]) -> ManagedPolicy:
    return ManagedPolicy(
        name=name,
        path=raw["Path"],
        version_id=raw["DefaultVersionId"],
        created=datetime.fromisoformat(raw["CreateDate"]),
        updated=datetime.fromisoformat(raw["UpdateDate"]),
        document=minified(raw["Document"]),
    )


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a key is there twice: {[key for key, _ in pairs]}")
    return found


def minified(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def write(path: Path, sources: Iterable[Source], lines: list[str]) -> None:
    body = "\n".join(lines).encode()
    header = {
        "format": FORMAT,
        "count": len(lines),
        "sha256": hashlib.sha256(body).hexdigest(),
        "sources": [
            {"name": each.name, "version": each.version, "license": each.license, "as_of": each.as_of.isoformat()}
            for each in sources
        ],
    }
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(minified(header).encode() + b"\n" + body)
    path.write_bytes(packed.getvalue())


def records_by_name(path: Path) -> dict[str, str]:
    """What a file held, by the first field of each line; nothing if there is no such file yet."""
    return {line.partition("\t")[0]: line for line in read_records(path)} if path.exists() else {}


def report(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    changes = {
        "added": after.keys() - before.keys(),
        "removed": before.keys() - after.keys(),
        "changed": {name for name in after.keys() & before.keys() if after[name] != before[name]},
    }
    print(f"{what}: {len(after):,}, " + ", ".join(f"{len(names):,} {change}" for change, names in changes.items()))
    for change, names in changes.items():
        for name in sorted(names)[:NAMES_SHOWN]:
            print(f"  {change} {name}")
        if len(names) > NAMES_SHOWN:
            print(f"  {change} {len(names) - NAMES_SHOWN:,} more")


if __name__ == "__main__":
    main()
