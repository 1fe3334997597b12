"""Numeric operators, on integers and decimals."""

from operator import eq, ge, gt, le, lt
from typing import Final

from policies_app.engine.conditions.matching import Match, comparing
from policies_app.engine.values import read_number

MATCHES: Final[dict[str, Match]] = {
    "NumericEquals": comparing(read_number, eq),
    "NumericLessThan": comparing(read_number, lt),
    "NumericLessThanEquals": comparing(read_number, le),
    "NumericGreaterThan": comparing(read_number, gt),
    "NumericGreaterThanEquals": comparing(read_number, ge),
}
