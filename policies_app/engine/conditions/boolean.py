"""The Bool operator: "true" and "false" in any case."""

from functools import partial
from operator import eq
from typing import Final

from policies_app.engine.conditions.matching import Match, comparing
from policies_app.engine.values import read_bool

MATCHES: Final[dict[str, Match]] = {"Bool": partial(comparing, read_bool, eq)}
