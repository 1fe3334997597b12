"""The AWS managed policies that ship with the product."""

import gzip
import hashlib
import json
import re
from datetime import UTC, datetime
from time import perf_counter

import pytest

from policies_app.engine.catalog import managed_policies
from policies_app.engine.catalog.managed_policies import ManagedPolicy

# Path, version in force, created and updated.
CHIME = {
    "AmazonChimeReadOnly": ("/", "v10", "2017-11-01T22:04:17", "2020-12-14T20:53:57"),
    "AmazonChimeFullAccess": ("/", "v3", "2017-11-01T22:15:43", "2020-12-14T21:00:52"),
    "AmazonChimeUserManagement": ("/", "v8", "2017-11-01T22:17:26", "2020-02-18T19:26:10"),
    "AmazonChimeVoiceConnectorServiceLinkedRolePolicy": (
        "/aws-service-role/",
        "v5",
        "2019-09-30T22:16:42",
        "2023-04-14T21:49:14",
    ),
    "AmazonChimeSDK": ("/", "v5", "2020-02-04T21:53:37", "2023-01-10T18:05:12"),
}


@pytest.fixture(scope="module")
def policies() -> dict[str, ManagedPolicy]:
    return {each.name: each for each in managed_policies.load()}


def test_the_whole_published_set_is_there(policies):
    assert len(policies) >= 1582
    assert "AdministratorAccess" in policies


@pytest.mark.parametrize("name", CHIME)
def test_the_chime_policies_are_there_with_their_dates(policies, name):
    path, version_id, created, updated = CHIME[name]
    policy = policies[name]
    assert (policy.path, policy.version_id) == (path, version_id)
    assert policy.created == datetime.fromisoformat(created).replace(tzinfo=UTC)
    assert policy.updated == datetime.fromisoformat(updated).replace(tzinfo=UTC)
    assert policy.arn == f"arn:aws:iam::aws:policy{path}{name}"


def test_every_document_is_minified_json_without_duplicate_keys(policies):
    def once_each(pairs):
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    for policy in policies.values():
        document = json.loads(policy.document, object_pairs_hook=once_each)
        assert set(document) == {"Version", "Statement"}, policy.name
        assert json.dumps(document, separators=(",", ":")) == policy.document, policy.name


def test_names_paths_versions_and_dates_have_the_form_that_aws_gives_them(policies):
    for policy in policies.values():
        assert re.fullmatch(r"[\w+=,.@-]{1,128}", policy.name), policy.name
        assert re.fullmatch(r"/([!-~]+/)?", policy.path), policy.name
        assert re.fullmatch(r"v[1-9]\d*", policy.version_id), policy.name
        assert policy.created <= policy.updated, policy.name
        assert policy.created.tzinfo == policy.updated.tzinfo == UTC, policy.name


def test_a_first_version_is_as_old_as_its_policy(policies):
    assert all((policy.version_id == "v1") == (policy.created == policy.updated) for policy in policies.values())


def test_names_differ_without_regard_to_case(policies):
    assert len({name.lower() for name in policies}) == len(policies)


def test_policy_ids_are_well_formed_and_differ(policies):
    ids = {policy.policy_id for policy in policies.values()}
    assert len(ids) == len(policies)
    assert all(re.fullmatch(r"ANPA[A-Z2-7]{17}", each) for each in ids)


def test_the_fingerprint_is_that_of_the_stored_set():
    header, _, body = gzip.decompress(managed_policies.PATH.read_bytes()).partition(b"\n")
    assert managed_policies.fingerprint() == hashlib.sha256(body).hexdigest()
    assert json.loads(header)["count"] == len(managed_policies.load())


def test_the_fingerprint_costs_under_50_ms():
    start = perf_counter()
    managed_policies.fingerprint()
    assert perf_counter() - start < 0.05


def test_the_file_names_its_source_and_date(policies):
    (source,) = managed_policies.sources()
    assert (source.name, source.license) == ("moto", "Apache-2.0")
    assert source.as_of == max(policy.updated for policy in policies.values()).date()
