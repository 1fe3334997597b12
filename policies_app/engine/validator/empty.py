"""Elements that name nothing. The parser says that IAM refuses them; AWS's codes say what they are."""

from collections.abc import Iterator
from typing import Final

from policies_app.engine.validator.checks import Hit, statement_check
from policies_app.engine.validator.facts import StatementFacts

_CODES: Final = {
    "Action": "EMPTY_ARRAY_ACTION",
    "Resource": "EMPTY_ARRAY_RESOURCE",
    "Principal": "EMPTY_ARRAY_PRINCIPAL",
}
_MESSAGE: Final = "this is empty and names nothing; name something, or take the statement away"


@statement_check(*_CODES.values(), "EMPTY_OBJECT_PRINCIPAL")
def elements_that_name_nothing(statement: StatementFacts) -> Iterator[Hit]:
    for element, value in statement.elements.items():
        if isinstance(value, dict) and element in ("Principal", "NotPrincipal"):
            if not value:
                yield Hit("EMPTY_OBJECT_PRINCIPAL", (element,), _MESSAGE)
            for kind, named in value.items():
                if named == []:
                    yield Hit("EMPTY_ARRAY_PRINCIPAL", (element, kind), _MESSAGE)
        elif value == [] and (code := _CODES.get(element.removeprefix("Not"))):
            yield Hit(code, (element,), _MESSAGE)
