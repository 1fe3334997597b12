"""By what lists are ordered where a column alone does not say it."""

from typing import Any

from django.db import models


class OrNever(models.Transform):
    """A time, or, where there is none, one long ago: what never happened is the longest ago, on both databases.

    The long ago is written into the SQL, as an index of an expression only serves one with the same text.
    """

    lookup_name = "or_never"
    function = "COALESCE"
    template = "%(function)s(%(expressions)s, '0001-01-01 00:00:00')"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        template = "%(function)s(%(expressions)s, '0001-01-01 00:00:00+00'::timestamptz)"
        return self.as_sql(compiler, connection, template=template, **context)


models.DateTimeField.register_lookup(OrNever)
