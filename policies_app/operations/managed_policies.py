"""Bringing the stored AWS managed policies up to date with the set that ships in the catalog."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db import transaction

from policies_app.engine.catalog.managed_policies import ManagedPolicy
from policies_app.models import Document, Policy, PolicyVersion


@dataclass(slots=True)
class Loaded:
    """Names of the policies that were new, and of those that got a new version."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@transaction.atomic
def load_managed_policies(published: Iterable[ManagedPolicy]) -> Loaded:
    """Safe to run again: what is stored already is left alone, a changed document becomes a new default version."""
    loaded = Loaded()
    stored = {
        version.policy.name: version
        for version in PolicyVersion.objects.select_related("policy").filter(policy__account=None, is_default=True)
    }
    policies, versions, documents = [], [], {}
    for entry in published:
        document = _document(entry)
        current = stored.get(entry.name)
        if current and current.document_id == document.sha256:
            continue
        documents[document.sha256] = document
        number = int(entry.version_id.removeprefix("v"))
        if current is None:
            policy = Policy(name=entry.name, path=entry.path, unique_id=entry.policy_id, created=entry.created)
            policies.append(policy)
            loaded.created.append(entry.name)
        else:
            policy = current.policy
            number = max(number, policy.latest_version + 1)
            loaded.changed.append(entry.name)
        policy.latest_version, policy.updated = number, entry.updated
        versions.append(
            PolicyVersion(policy=policy, number=number, document=document, is_default=True, created=entry.updated)
        )
    changed = [version.policy for version in versions if version.policy.pk]
    Document.objects.bulk_create(documents.values(), ignore_conflicts=True)
    Policy.objects.bulk_create(policies)
    Policy.objects.bulk_update(changed, ["latest_version", "updated"], batch_size=500)
    PolicyVersion.objects.filter(policy__in=changed, is_default=True).update(is_default=False)
    PolicyVersion.objects.bulk_create(versions)
    return loaded


def _document(entry: ManagedPolicy) -> Document:
    # One element a line, so that "line 14" in an explanation is line 14 on the page.
    text = json.dumps(json.loads(entry.document), indent=4, ensure_ascii=False)
    return Document(sha256=sha256(text.encode()).hexdigest(), text=text)
