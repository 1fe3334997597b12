"""vakt, with the patterns of each statement joined into one expression for it: see `vakt`."""

from tests.benchmarks.participant import Prepared
from tests.benchmarks.peers.vakt import joined, prepared
from tests.benchmarks.workload import Workload


def prepare(workload: Workload) -> Prepared:
    return prepared(workload, joined)
