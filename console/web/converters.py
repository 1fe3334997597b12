"""Path parts in URLs that never collide with IAM's names.

Names may not hold `~`, so the fixed parts of URLs begin with it (`/users/~create/`). The names `.` and `..`, which
IAM allows and browsers fold away, are written with it too.
"""

from django.urls import register_converter


class NameConverter:
    regex = r"[A-Za-z0-9_+=,.@-]{1,128}|~\.{1,2}"

    def to_python(self, value: str) -> str:
        return value.removeprefix("~")

    def to_url(self, value: str) -> str:
        return f"~{value}" if value in {".", ".."} else value


class PolicyScopeConverter:
    """Whose policy it is, as in the policy's ARN: names are unique within either."""

    regex = "aws|local"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def register() -> None:
    register_converter(NameConverter, "name")
    register_converter(PolicyScopeConverter, "scope")
