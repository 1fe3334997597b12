from dataclasses import replace

import pytest

from policies_app.engine.catalog import managed_policies
from policies_app.models import Document, Policy, PolicyVersion
from policies_app.operations.managed_policies import load_managed_policies

CHIME = [policy for policy in managed_policies.load() if policy.name.startswith("AmazonChime")]

pytestmark = pytest.mark.django_db


def test_first_load_stores_each_policy_with_its_version_and_dates() -> None:
    load_managed_policies(CHIME)
    for entry in CHIME:
        policy = Policy.objects.get(account=None, name=entry.name)
        version = policy.versions.get()
        assert (policy.arn, version.version_id) == (entry.arn, entry.version_id)
        assert (policy.created, policy.updated) == (entry.created, entry.updated)


def test_second_load_changes_nothing() -> None:
    load_managed_policies(CHIME)
    before = list(PolicyVersion.objects.values()), list(Document.objects.values())
    assert not load_managed_policies(CHIME).created
    assert (list(PolicyVersion.objects.values()), list(Document.objects.values())) == before


def test_changed_document_becomes_a_new_default_version() -> None:
    load_managed_policies(CHIME)
    entry = CHIME[0]
    changed = replace(entry, document=entry.document.replace("Allow", "Deny"), version_id=entry.version_id)
    assert load_managed_policies([changed]).changed == [entry.name]
    policy = Policy.objects.get(account=None, name=entry.name)
    new, old = policy.versions.order_by("-number")
    assert (new.is_default, old.is_default) == (True, False)
    assert new.number > old.number
    assert '"Deny"' in new.document.text
