"""Date operators, on ISO 8601 dates and epoch seconds, which may be mixed."""

from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Final

from policies_app.engine.conditions.matching import Match, comparing
from policies_app.engine.values import read_date

MATCHES: Final[dict[str, Match]] = {
    "DateEquals": partial(comparing, read_date, eq),
    "DateLessThan": partial(comparing, read_date, lt),
    "DateLessThanEquals": partial(comparing, read_date, le),
    "DateGreaterThan": partial(comparing, read_date, gt),
    "DateGreaterThanEquals": partial(comparing, read_date, ge),
}
