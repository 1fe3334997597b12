"""The context keys of tags, `aws:PrincipalTag/team` and the like, read only where a statement asks for them."""

from collections.abc import Collection, Sequence
from typing import Any

from policies_app.models import Identity, InstanceProfile, Policy

from .authorization import Grants

type Tags = dict[str, str | tuple[str, ...]]


def tag_context(
    asked: Collection[str], grants: Grants, rows: Sequence[Identity | Policy | InstanceProfile]
) -> tuple[Tags, list[Tags]]:
    """Of who asks, and of each of several rows of one kind. `asked` are context keys in small letters."""
    own: Tags = {}
    if any(key.startswith("aws:principaltag/") for key in asked):
        own = {f"aws:PrincipalTag/{key}": value for key, value in grants.tags()}
    if any(key.startswith(("aws:resourcetag/", "iam:resourcetag/")) for key in asked):
        return own, _of_rows(rows)
    return own, [{}] * len(rows)


def _of_rows(rows: Sequence[Identity | Policy | InstanceProfile]) -> list[Tags]:
    """A row that is not saved yet has none."""
    stored = [row for row in rows if row.pk]
    found: dict[int, Tags] = {row.pk: {} for row in stored}
    if stored:
        tags: Any = stored[0].tags  # which knows its field only at run time
        of_all = tags.model._default_manager.filter(**{f"{tags.field.name}__in": found})
        for owner, key, value in of_all.values_list(tags.field.attname, "key", "value"):
            found[owner] |= {f"aws:ResourceTag/{key}": value, f"iam:ResourceTag/{key}": value}
    return [found.get(row.pk, {}) for row in rows]
