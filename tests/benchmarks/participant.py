"""Who takes part in the benchmark, and what each has to bring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

Answer = Callable[[Sequence[Any]], list[bool]]
"""From requests, as the engine itself takes them, to whether each is allowed. Only this is timed."""

Prepared = tuple[Sequence[Any], Answer]
"""What a module's `prepare(workload)` returns, policies read and requests made as far as the engine lets one."""


@dataclass(frozen=True, slots=True)
class Participant:
    """`module` is below `tests.benchmarks`. `note` is what has to be known to read the figures.

    `package` is what has to be installed, where that is not the name.
    """

    name: str
    module: str
    note: str
    package: str = ""


ENGINE: Final = Participant("Grantbook", "engine", "")
YARDSTICKS: Final = (
    Participant("naive loop", "peers.naive_loop", "no variables, few operators, no explanation"),
    Participant(
        "vakt, patterns joined", "peers.vakt_joined", "as vakt, with all patterns of a statement made one", "vakt"
    ),
)
"""No peers: what a loop over one compiled expression a statement comes to."""

IAM_SIMULATE: Final = Participant(
    "@cloud-copilot/iam-simulate", "peers/iam_simulate.mjs", "its fastest mode, on Node.js; reads policies each time"
)
PEERS: Final = (
    Participant("ministack", "peers.ministack", "policies parsed once"),
    Participant("principalmapper", "peers.principalmapper", "its statement matcher, called directly"),
    Participant("cedarpy", "peers.cedarpy", "statements translated to Cedar (Rust), asked in batches"),
    Participant("moto", "peers.moto", "knows the conditions of trust policies only"),
    Participant("casbin", "peers.casbin", "without conditions, which its model does not have"),
    Participant("vakt", "peers.vakt", "a rule a pattern, conditions as far as it has rules"),
    Participant("regopy", "peers.regopy", "a Rego module (C++) written for this benchmark"),
    IAM_SIMULATE,
)
