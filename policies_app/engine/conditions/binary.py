"""The BinaryEquals operator: both sides are base64, compared byte for byte."""

from functools import partial
from operator import eq
from typing import Final

from policies_app.engine.conditions.matching import Match, comparing
from policies_app.engine.values import read_binary

MATCHES: Final[dict[str, Match]] = {"BinaryEquals": partial(comparing, read_binary, eq)}
