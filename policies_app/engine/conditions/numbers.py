"""Numeric operators, on integers and decimals."""

from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Final

from policies_app.engine.conditions.matching import Match, comparing
from policies_app.engine.values import read_number

MATCHES: Final[dict[str, Match]] = {
    "NumericEquals": partial(comparing, read_number, eq),
    "NumericLessThan": partial(comparing, read_number, lt),
    "NumericLessThanEquals": partial(comparing, read_number, le),
    "NumericGreaterThan": partial(comparing, read_number, gt),
    "NumericGreaterThanEquals": partial(comparing, read_number, ge),
}
