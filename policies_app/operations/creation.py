"""What everything that is created shares: a name that nobody else has, tags, and context keys for the engine."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from policies_app.models import Group, InstanceProfile, Policy, Role, User

from .calls import Call
from .errors import EntityAlreadyExists, InvalidInput

type Tags = list[dict[str, str]]
"""As on the wire: `[{"Key": "team", "Value": "blue"}]`."""


def request_context(tags: Tags | None = None, boundary_arn: str | None = None) -> dict[str, str | tuple[str, ...]]:
    """The context keys that a request brings itself: the tags it sets and the boundary it names."""
    context: dict[str, str | tuple[str, ...]] = {f"aws:RequestTag/{tag['Key']}": tag["Value"] for tag in tags or ()}
    if tags:
        context["aws:TagKeys"] = tuple(tag["Key"] for tag in tags)
    if boundary_arn:
        context["iam:PermissionsBoundary"] = boundary_arn
    return context


def refuse_duplicate_keys(tags: Tags | None) -> None:
    """As IAM does. Which of two values counted would otherwise differ between the policies and the row."""
    keys = [tag["Key"].lower() for tag in tags or ()]
    if len(set(keys)) < len(keys):
        raise InvalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")


def authorize_creation(
    call: Call,
    row: User | Group | Role | Policy | InstanceProfile,
    noun: str,
    tags: Tags | None = None,
    boundary_arn: str | None = None,
) -> None:
    """Authorise on the ARN that the new row will have. Whoever makes it with tags needs `iam:Tag…` as well.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    context = request_context(tags, boundary_arn)
    call.authorize(row, context)
    if tags:
        call.authorize(row, context, also=f"iam:Tag{noun}")


@contextmanager
def unique_name(message: str) -> Iterator[None]:
    """The database decides who is first; the second is told so."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise EntityAlreadyExists(message) from error
