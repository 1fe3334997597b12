"""Whether a statement applies to a request: its principal, its resource and its conditions.

The action is not asked here: `Policy.statements_for` has chosen by it.
"""

from policies_app.engine.conditions import holds
from policies_app.engine.document import Statement
from policies_app.engine.errors import EngineError, UnresolvedVariable
from policies_app.engine.principals import Naming, naming
from policies_app.engine.request import Request


class Matching:
    """One request on its way through statements. `missing` gathers the keys that were asked for and are not there.

    `bounded` says that the principal has a permissions boundary.
    """

    def __init__(self, request: Request, *, bounded: bool) -> None:
        self.request = request
        self.bounded = bounded
        self.missing: set[str] = set()

    def lookup(self, key: str) -> tuple[str, ...]:
        values = self.request.values(key)
        if not values:
            self.missing.add(key)
        return values

    def names(self, statement: Statement) -> Naming:
        """How the statement speaks of the principal; one without a principal is about whoever it bears on."""
        if not statement.names_principals:
            return Naming.DIRECTLY
        return naming(statement, self.request.principal, bounded=self.bounded)

    def applies(self, statement: Statement) -> bool:
        """Whether resource and conditions fit; raises an `EngineError` when that cannot be told.

        A condition that surely fails decides, whatever its order among others that cannot be told.
        """
        if not self.covers_resource(statement):
            return False
        unknown: EngineError | None = None
        for condition in statement.conditions:
            try:
                if not holds(condition, self.lookup):
                    return False
            except UnresolvedVariable:
                return False
            except EngineError as error:
                unknown = unknown or error
        if unknown is not None:
            raise unknown
        return True

    def covers_resource(self, statement: Statement) -> bool:
        """A pattern with an unresolved variable matches nothing; in NotResource the statement does not match then.

        A statement without either speaks of the resource that its policy is attached to, as a role's trust policy does.
        """
        resource = self.request.resource
        if statement.not_resources:
            try:
                return not any(template.pattern(self.lookup).test(resource) for template in statement.not_resources)
            except UnresolvedVariable:
                return False
        if not statement.resources:
            return True
        for template in statement.resources:
            try:
                if template.pattern(self.lookup).test(resource):
                    return True
            except UnresolvedVariable:
                continue
        return False
