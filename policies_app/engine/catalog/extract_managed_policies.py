"""The AWS managed policies from moto. Part of `build`, never imported by the product."""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from policies_app.engine.catalog.datafile import Source
from policies_app.engine.catalog.managed_policies import ManagedPolicy


def read_moto() -> tuple[Source, list[ManagedPolicy]]:
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
        document=json.dumps(raw["Document"], separators=(",", ":")),
    )


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a key is there twice: {[key for key, _ in pairs]}")
    return found
