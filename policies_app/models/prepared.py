"""Queries that most requests make. Their SQL is made once: making it takes Django many times as long as running it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet

# Nobody's name and nobody's key: they mark where the parameters stand in the SQL.
TEXT, NUMBER = "\ue0fa%d\ue0fb", 2**62

type Values = Sequence[int | str]


class Prepared[Row]:
    """A queryset of which only the parameters differ. `make` takes them, as many as there are `kinds`.

    Each has to get into the SQL as it is. No row is remembered: every call asks the database.
    """

    def __init__(self, make: Callable[..., "QuerySet[Any, Row]"], *kinds: type[int] | type[str]) -> None:
        self._make = make
        self._kinds = kinds
        self._plan: _Plan | None = None

    def __call__(self, *values: int | str) -> list[Row]:
        """The rows, as the queryset would give them."""
        if self._plan is None:
            self._plan = _Plan.of(self._make, self._kinds)
        asked: Any = _Asked(self._plan, values)
        rows: Iterable[Row] = self._plan.iterable(asked)
        return list(rows)

    def first(self, *values: int | str) -> Row | None:
        return next(iter(self(*values)), None)


@dataclass(frozen=True, slots=True)
class _Plan:
    """`places` tells which of the `parameters` are given anew: (place in the SQL, number of the value, type)."""

    model: type[Model]
    iterable: Any
    fetch_mode: Any
    compiler: Any
    converters: Any
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int, type[Any]], ...]

    @classmethod
    def of(cls, make: Callable[..., "QuerySet[Any, Any]"], kinds: Sequence[type[int] | type[str]]) -> "_Plan":
        stand_ins = [TEXT % number if kind is str else NUMBER + number for number, kind in enumerate(kinds)]
        queryset: Any = make(*stand_ins)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        places = tuple(
            (place, stand_ins.index(parameter), type(parameter))
            for place, parameter in enumerate(parameters)
            if parameter in stand_ins
        )
        if {number for _, number, _ in places} != set(range(len(kinds))):
            raise ValueError("a parameter does not get into the SQL as it is")
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        return cls(
            model=queryset.model,
            iterable=queryset._iterable_class,  # noqa: SLF001  # what QuerySet itself iterates with
            fetch_mode=queryset._fetch_mode,  # noqa: SLF001  # likewise
            compiler=compiler,
            converters=compiler.get_converters(columns),
            sql=sql,
            parameters=tuple(parameters),
            places=places,
        )

    def fetch(self, values: Values) -> list[tuple[Any, ...]]:
        parameters = list(self.parameters)
        for place, number, kind in self.places:
            parameters[place] = kind(values[number])
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


class _Asked:
    """What Django's iterables read of a queryset, its query and its compiler, all in one."""

    db = DEFAULT_DB_ALIAS

    def __init__(self, plan: _Plan, values: Values) -> None:
        self.query = self
        self.model = plan.model
        self.select, self.klass_info = plan.compiler.select, plan.compiler.klass_info
        self.annotation_col_map = plan.compiler.annotation_col_map
        self._fetch_mode = plan.fetch_mode
        self._known_related_objects: dict[Any, Any] = {}
        self._plan = plan
        self._values = values

    def get_compiler(self, using: str) -> "_Asked":
        return self

    def execute_sql(self, **_: Any) -> list[tuple[Any, ...]]:
        return self._plan.fetch(self._values)

    def results_iter(self, results: Any = None, **_: Any) -> Iterator[Any]:
        rows = self.execute_sql() if results is None else results
        if self._plan.converters:
            rows = self._plan.compiler.apply_converters(rows, self._plan.converters)
        return map(tuple, rows)
