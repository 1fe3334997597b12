"""Whether a statement applies to a request: its principal, its resource and its conditions.

The action is not asked here: `Policy.statements_for` has chosen by it.
"""

from dataclasses import dataclass
from typing import Final

from policies_app.engine import conditions as conditions_of
from policies_app.engine.conditions import Holds
from policies_app.engine.document import Applies, Effect, Statement
from policies_app.engine.errors import EngineError, UnresolvedVariable
from policies_app.engine.principals import Naming, naming
from policies_app.engine.request import Request
from policies_app.engine.templates import Lookup, Template


@dataclass(frozen=True, slots=True)
class Applying:
    """How a statement names the principal, and why a Deny counts as applying although that cannot be told."""

    naming: Naming
    unevaluated: str | None = None


SIMPLY: Final = Applying(Naming.DIRECTLY)


class Matching:
    """One request on its way through statements. `missing` gathers the keys that were asked for and are not there.

    `bounded` says that the principal has a permissions boundary.
    """

    def __init__(self, request: Request, *, bounded: bool) -> None:
        self.request = request
        self.bounded = bounded
        self.missing: set[str] = set()
        self.lookup = request.noting(self.missing)

    def names(self, statement: Statement) -> Naming:
        """How the statement speaks of the principal; one without a principal is about whoever it bears on."""
        if not statement.names_principals:
            return Naming.DIRECTLY
        return naming(statement, self.request.principal, bounded=self.bounded)

    def applying(self, statement: Statement) -> "Applying | None":
        """How the statement applies; None when it does not, which is so for an Allow of which that cannot be told."""
        way, unevaluated = Naming.DIRECTLY, ""
        if statement.principal or statement.not_principal:
            try:
                if (way := self.names(statement)) is Naming.NOT_AT_ALL:
                    return None
            except EngineError as error:
                unevaluated = str(error)
        try:
            if not (statement.compiled or compiled(statement))(self.request.resource, self.lookup):
                return None
        except EngineError as error:
            unevaluated = unevaluated or str(error)
        if not unevaluated:
            return SIMPLY if way is Naming.DIRECTLY else Applying(way)
        return Applying(way, unevaluated) if statement.effect is Effect.DENY else None

    def covers_resource(self, statement: Statement) -> bool:
        covers = covering(statement)
        return covers is None or covers(self.request.resource, self.lookup)


def compiled(statement: Statement) -> Applies:
    """The statement's test of resource and conditions, with all that does not depend on the request done beforehand."""
    covers, holds = covering(statement), holding(statement)
    if holds is None:
        test = covers or _always
    elif covers is None:
        test = _whatever_the_resource(holds)
    else:
        test = _both(covers, holds)
    object.__setattr__(statement, "compiled", test)
    return test


def _whatever_the_resource(holds: Holds) -> Applies:
    return lambda _, lookup: holds(lookup)


def _both(covers: Applies, holds: Holds) -> Applies:
    return lambda resource, lookup: covers(resource, lookup) and holds(lookup)


def holding(statement: Statement) -> Holds | None:
    """The statement's test of its conditions; None when there are none.

    A condition that surely fails decides, whatever its order among others that cannot be told.
    """
    conditions = tuple(conditions_of.compiled(condition) for condition in statement.conditions)
    if not conditions:
        return None
    if len(conditions) == 1 and all(template.fixed for template in statement.conditions[0].values):
        return conditions[0]  # no variable of it can be unresolved

    def holds_all(lookup: Lookup) -> bool:
        unknown: EngineError | None = None
        for holds in conditions:
            try:
                if not holds(lookup):
                    return False
            except UnresolvedVariable:
                return False
            except EngineError as error:
                unknown = unknown or error
        if unknown is not None:
            raise unknown
        return True

    return holds_all


def covers_everything(statement: Statement) -> bool:
    """Whether the statement applies to every resource in every context."""
    return not statement.conditions and covering(statement) is None


def _always(_resource: str, _lookup: Lookup) -> bool:
    return True


def covering(statement: Statement) -> Applies | None:
    """The statement's test of the resource; None when it covers every resource.

    A pattern with an unresolved variable matches nothing; in NotResource the statement does not match then. A
    statement without either speaks of the resource that its policy is attached to, as a role's trust policy does.
    """
    if statement.not_resources:
        excluded = _among(statement.not_resources)

        def covers(resource: str, lookup: Lookup) -> bool:
            try:
                return not excluded(resource, lookup)
            except UnresolvedVariable:
                return False

        return covers
    if not statement.resources or any(template.source.strip("*") == "" for template in statement.resources):
        return None
    among = _among(statement.resources, skip_unresolved=True)
    if len(statement.resources) == 1 and (fixed := statement.resources[0].fixed):
        test = fixed.test
        return lambda resource, _: test(resource)
    return among


def _among(templates: tuple[Template, ...], *, skip_unresolved: bool = False) -> Applies:
    """Whether the resource is covered by one of the templates; those without variables are asked first."""
    tests = tuple(template.fixed.test for template in templates if template.fixed)
    varying = tuple((template.prefix, template) for template in templates if not template.fixed)

    def covers(resource: str, lookup: Lookup) -> bool:
        for test in tests:
            if test(resource):
                return True
        for prefix, template in varying:
            if skip_unresolved and not resource.startswith(prefix):
                continue
            try:
                if template.test(lookup)(resource):
                    return True
            except UnresolvedVariable:
                if not skip_unresolved:
                    raise
        return False

    return covers
