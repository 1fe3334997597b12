"""The table of operators and the registry of how they compare belong together."""

from policies_app.engine.conditions import MATCHES
from policies_app.engine.operators import OPERATORS, Family, Quantifier, read_operator


def test_every_operator_can_be_evaluated() -> None:
    needed = {operator.match for operator in OPERATORS.values() if operator.family is not Family.NULL}
    assert needed == set(MATCHES)


def test_every_operator_can_be_spelled_with_quantifier_and_suffix() -> None:
    for name, operator in OPERATORS.items():
        spelled = read_operator(f"ForAnyValue:{name}IfExists")
        assert spelled is not None
        assert (spelled.operator, spelled.quantifier, spelled.if_exists) == (operator, Quantifier.FOR_ANY_VALUE, True)


def test_there_are_as_many_operators_as_the_documentation_lists() -> None:
    assert len(OPERATORS) == 6 + 6 + 6 + 1 + 1 + 2 + 4 + 1
