"""What an action does, in one line of our own, made from facts: its name, access level, resource types, companions.

AWS's own sentences stay behind: they are prose, and the catalog holds facts only.
"""

import re
from collections.abc import Sequence
from typing import Final

from policies_app.engine.catalog.services import Action

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")
_NAMED: Final = 3


def description(action: Action) -> str:
    """``Create access key. Write access, on user.``"""
    types = _listed(list(dict.fromkeys(resource.resource_type for resource in action.resources)))
    needed = f"; also needs {_listed(action.dependent_actions)}" if action.dependent_actions else ""
    return f"{_words(action.name)}. {action.access_level} access, on {types or '* alone'}{needed}."


def _words(name: str) -> str:
    """A name in words: ``ListMFADevices`` is ``List MFA devices``."""
    words = _WORD.findall(name) or [name]
    return " ".join([words[0], *(word if word.isupper() and len(word) > 1 else word.lower() for word in words[1:])])


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown
