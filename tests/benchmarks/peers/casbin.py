"""casbin: one policy line a statement, patterns as regular expressions, deny overriding allow.

Its lines know no conditions: an Allow that has some is left out and a Deny that has some is always in force.
"""

import logging
import os
import tempfile
from pathlib import Path
from typing import Any

import casbin

from tests.benchmarks.participant import Prepared
from tests.benchmarks.peers.patterns import element, one_regex
from tests.benchmarks.workload import Workload, statements_of

MODEL = """
[request_definition]
r = act, obj
[policy_definition]
p = act, obj, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = regexMatch(r.act, p.act) && regexMatch(r.obj, p.obj)
"""


def prepare(workload: Workload) -> Prepared:
    logging.disable()
    model = Path(tempfile.gettempdir(), f"casbin-{os.getpid()}.conf")
    model.write_text(MODEL)
    enforcer = casbin.Enforcer(str(model))
    model.unlink()
    for statement in statements_of(workload):
        deny = statement["Effect"] == "Deny"
        if "Condition" in statement and not deny:
            continue
        patterns = [_regex(statement, name) for name in ("Action", "Resource")]
        enforcer.add_policy(patterns[0].lower(), patterns[1], "deny" if deny else "allow")
    asked = [(question.action.lower(), question.resource) for question in workload.questions]
    return asked, lambda asked: [enforcer.enforce(*question) for question in asked]


def _regex(statement: dict[str, Any], name: str) -> str:
    patterns, negated = element(statement, name)
    return f"(?!{one_regex(patterns)})" if negated else one_regex(patterns)
