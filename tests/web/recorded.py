"""What the record says that people did, without what set the test up."""

from policies_app.models import Event
from policies_app.operations import events


def outcomes(operation: str) -> list[str]:
    """The outcomes of the operation, oldest first."""
    events.reads.flush()
    done_by_people = Event.objects.filter(operation=operation).exclude(principal__contains=":system/")
    return list(done_by_people.order_by("sequence").values_list("outcome", flat=True))
