"""From a path in a document to the text that stands there, looked up only for what is reported."""

from policies_app.engine.findings import Path
from policies_app.engine.json_nodes import Json, JsonArray, JsonObject


class Places:
    """The places of one text, as pairs of offsets, by path.

    A path of ValidatePolicy says nothing of a single statement that stands outside a list, so neither do these:
    `("Statement", "Action")`.
    """

    def __init__(self, tree: Json) -> None:
        self._tree = tree

    def value(self, path: Path) -> tuple[int, int]:
        """Where the value at a path stands; of what is not there, what is nearest to it from outside."""
        node = self._tree
        for step in path:
            inner = _step(node, step)
            if inner is None:
                break
            node = inner
        return node.start, node.end

    def key(self, path: Path) -> tuple[int, int]:
        """Where the key that a path ends in stands."""
        node = self._node(path[:-1])
        if isinstance(node, JsonObject):
            for member in node.members:
                if member.key.value == path[-1]:
                    return member.key.start, member.key.end
        return self.value(path)

    def item(self, path: Path) -> tuple[int, int] | None:
        """A list's item with one comma beside it, so that cutting it leaves a list; None for the only item."""
        index = path[-1]
        items = getattr(self._node(path[:-1]), "items", ())
        if not isinstance(index, int) or len(items) < 2:
            return None
        if index + 1 < len(items):
            return items[index].start, items[index + 1].start
        return items[index - 1].end, items[index].end

    def _node(self, path: Path) -> Json | None:
        node: Json | None = self._tree
        for step in path:
            node = _step(node, step)
        return node


def _step(node: Json | None, step: str | int) -> Json | None:
    match node, step:
        case JsonArray(), int():
            return node.items[step] if step < len(node.items) else None
        case JsonObject(), str():
            return next((member.value for member in node.members if member.key.value == step), None)
        case _:
            return None
