"""The full names of the actions that a pattern covers, to say what is expected."""

from policies_app.engine.catalog.services import catalog


def actions_matching(pattern: str) -> tuple[str, ...]:
    """Sorted by service; empty if there are none."""
    return tuple(
        f"{actions.prefix}:{name}" for actions, bits in catalog().matches(pattern) for name in actions.names_of(bits)
    )
