"""principalmapper: its local policy simulation, with conditions, on a node that bears the policies."""

import collections
import collections.abc
import json
from typing import Any

from tests.benchmarks.participant import Prepared
from tests.benchmarks.workload import PRINCIPAL, Workload

# It still imports these from where Python 3.10 stopped having them.
for name in ("Mapping", "MutableMapping"):
    setattr(collections, name, getattr(collections.abc, name))

from principalmapper.common import Node, Policy  # noqa: E402
from principalmapper.querying.local_policy_simulation import has_matching_statement  # noqa: E402
from principalmapper.util.case_insensitive_dict import CaseInsensitiveDict  # noqa: E402


def prepare(workload: Workload) -> Prepared:
    policies = [
        Policy(f"arn:aws:iam::aws:policy/{number}", str(number), json.loads(document))
        for number, document in enumerate(workload.documents)
    ]
    node = Node(PRINCIPAL, "AIDA", policies, [], None, None, 0, False, False, None, False, {})
    asked = [
        (
            question.action,
            question.resource,
            CaseInsensitiveDict(
                {key: values if len(values) > 1 else values[0] for key, values in question.context.items()}
            ),
        )
        for question in workload.questions
    ]

    def allowed(action: str, resource: str, context: Any) -> bool:
        return has_matching_statement(node, "Allow", action, resource, context) and not has_matching_statement(
            node, "Deny", action, resource, context
        )

    return asked, lambda asked: [allowed(*question) for question in asked]
