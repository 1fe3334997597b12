"""The difference of two documents in words: what the second grants and the first does not, and the other way round.

Each sentence is about actions of one effect on the same terms. What one document grants counts as granted by the other
where one of its grants is as wide: its resource, principal and conditions take in those of the first (see
`containment`). So nothing that changes is left out, while documents that differ in order, Sids, layout or in how
statements are cut come out alike. What a Deny takes back is no change of the Allow: an added Allow is always listed as
more access, and says so when a Deny of the same document hides it.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice
from operator import or_
from typing import Final

from policies_app.engine.analyzer.change_words import actions_in_words, by_service, terms_in_words, what_differs
from policies_app.engine.analyzer.grants import Grants, Named, Terms
from policies_app.engine.catalog.action_sets import has_wildcard
from policies_app.engine.document import Effect, Policy, Statement

MOST_PATTERNS: Final = 40
"""The most patterns such as `*:Get*` that are compared: each is looked for in the whole catalog, which takes 8 ms."""

MOST_LISTED: Final = 200
"""The most sentences about more access, and about less, and the most actions that one of them lists."""

_MOST_COUNTERPARTS: Final = 200
"""Among so many grants of the other document those are found that differ least; what others have counts as new."""


@dataclass(frozen=True, slots=True)
class Change:
    """`kind` is what changed: Actions, Resources, Conditions, Principals or, of several, Terms.

    `actions` are full names, of which `unlisted` more are left out; `resources` as they are written.
    """

    sentence: str
    kind: str
    effect: Effect
    actions: tuple[str, ...]
    unlisted: int
    resources: tuple[str, ...]

    @property
    def number(self) -> int:
        """How many actions it is about."""
        return len(self.actions) + self.unlisted

    @property
    def names_all(self) -> bool:
        """Whether the sentence itself names all of its actions."""
        return not self.unlisted and all(f"`{name}`" in self.sentence for name in self.actions)


@dataclass(frozen=True, slots=True)
class Changes:
    """`other` are sentences about what changes no access; `unlisted` is how many more sentences there would be.

    `too_wide` says that the documents were not compared, as there are too many patterns over all services.
    """

    more: tuple[Change, ...] = ()
    less: tuple[Change, ...] = ()
    other: tuple[str, ...] = ()
    unlisted: int = 0
    too_wide: bool = False

    @property
    def no_change_of_meaning(self) -> bool:
        return not (self.more or self.less or self.too_wide)


@dataclass(frozen=True, slots=True)
class _Difference:
    """Actions that one document has on the terms, all alike but for one element, and the other has not.

    `counterparts` are the terms on which the other has them.
    """

    terms: tuple[Terms, ...]
    named: Named
    counterparts: tuple[Terms, ...]


def compare(before: Policy, after: Policy) -> Changes:
    """From the first document to the second."""
    if len(_of_all_services(before) | _of_all_services(after)) > MOST_PATTERNS:
        return Changes(too_wide=True)
    allowed, denied = (
        (Grants(before.statements, effect), Grants(after.statements, effect)) for effect in (Effect.ALLOW, Effect.DENY)
    )
    more = [
        *_sentences(allowed[1], allowed[0], denied[1], "Now", "before"),
        *_sentences(denied[0], denied[1], None, "No longer", "now"),
    ]
    less = [
        *_sentences(allowed[0], allowed[1], denied[0], "No longer", "now"),
        *_sentences(denied[1], denied[0], None, "Now", "before"),
    ]
    other = [*_future(allowed, denied), *_form(before, after, same=not (more or less))]
    unlisted = max(0, len(more) - MOST_LISTED) + max(0, len(less) - MOST_LISTED)
    return Changes(tuple(more[:MOST_LISTED]), tuple(less[:MOST_LISTED]), tuple(other), unlisted)


def _of_all_services(policy: Policy) -> set[str]:
    patterns = {
        pattern.text.lower()
        for statement in policy.statements
        for pattern in (*statement.actions, *statement.not_actions)
    }
    return {pattern for pattern in patterns if pattern.startswith("*:") and pattern.strip("*:")}


# What one document has and the other has not -------------------------------------------------------------------------


def _sentences(here: Grants, there: Grants, denies: Grants | None, start: str, other: str) -> Iterator[Change]:
    verb = "allows" if here.effect is Effect.ALLOW else "denies"
    differences = (
        _Difference((terms,), part, counterparts)
        for terms, named in here.named.items()
        if (left := there.lacks(terms, named))
        for part, counterparts in _counterparts(terms, left, there)
    )
    for each in _together(differences):
        terms = each.terms[0]
        whos, resources = ({getattr(one, name): None for one in each.terms} for name in ("who", "resource"))
        kind, said = what_differs(terms, each.counterparts) if each.counterparts else ("Actions", "")
        # What it is compared with still holds, so that this comes on top.
        also = " also" if start == "Now" and not any(here.lacks(one, each.named) for one in each.counterparts) else ""
        unconditional = kind == "Conditions" and start == "Now"
        on = terms_in_words(list(whos), list(resources), terms.needs, unconditional=unconditional)
        sentence = f"{start}{also} {verb} {actions_in_words(each.named, here.spelling)}{on}"
        sentence += f"; {other} only {said}." if said else "."
        if denies and not any(denies.lacks(one, each.named) for one in each.terms):
            sentence += " A Deny of the same document takes that back."
        yield _change(sentence, kind, here, each)


def _change(sentence: str, kind: str, grants: Grants, difference: _Difference) -> Change:
    names: list[str] = []
    for service, bits in by_service(difference.named.known):
        if len(names) >= MOST_LISTED:
            break
        names += (f"{service.prefix}:{name}" for name in service.names_of(bits))
    names = [*names, *sorted(grants.spelling[each] for each in difference.named.unknown)][:MOST_LISTED]
    number = difference.named.known.bit_count() + len(difference.named.unknown)
    resources = dict.fromkeys(text for terms in difference.terms for text in terms.resource.shown)
    return Change(sentence, kind, grants.effect, tuple(names), number - len(names), tuple(resources))


def _counterparts(terms: Terms, left: Named, there: Grants) -> Iterator[tuple[Named, tuple[Terms, ...]]]:
    """The actions by the terms on which the other document has them: those that differ least, and are related."""
    ranked: dict[tuple[int, bool], list[tuple[Terms, Named]]] = {}
    for other, named in islice(there.named.items(), _MOST_COUNTERPARTS):
        if left & named:
            ranked.setdefault(_distance(terms, other), []).append((other, named))
    for rank in sorted(ranked):
        taken = [(other, part) for other, named in ranked[rank] if (part := left & named)]
        if taken:
            union = reduce(or_, (part for _, part in taken))
            yield union, tuple(other for other, _ in taken)
            left -= union
    if left:
        yield left, ()


def _distance(terms: Terms, other: Terms) -> tuple[int, bool]:
    """How many elements differ, and whether one of them is no part of the other."""
    who, needs, resource = terms.who != other.who, terms.needs != other.needs, terms.resource != other.resource
    related = (not who or terms.who.covers(other.who) or other.who.covers(terms.who)) and (
        not resource or terms.resource.covers(other.resource) or other.resource.covers(terms.resource)
    )
    return who + needs + resource, not related


def _together(differences: Iterable[_Difference]) -> Iterator[_Difference]:
    """What is said of several resources, and then what is said of several principals, is said once."""
    by_resources = _grouped(differences, lambda each: (each.terms[0].who, each.terms[0].needs))
    return _grouped(by_resources, lambda each: (tuple(one.resource for one in each.terms), each.terms[0].needs))


def _grouped(differences: Iterable[_Difference], alike: Callable[[_Difference], Hashable]) -> Iterator[_Difference]:
    groups: dict[Hashable, _Difference] = {}
    for each in differences:
        key = alike(each), each.named.known, each.named.unknown, each.counterparts
        known = groups.get(key)
        groups[key] = replace(known, terms=known.terms + each.terms) if known else each
    yield from groups.values()


# What changes no access ----------------------------------------------------------------------------------------------


def _future(*effects: tuple[Grants, Grants]) -> Iterator[str]:
    """Wildcards in the place of the actions that they stand for today, and the other way round."""
    for before, after in effects:
        for here, there, words in ((after, before, "now stands"), (before, after, "no longer stands")):
            patterns = sorted({each for terms, named in here.named.items() for each in _wilder(terms, named, there)})
            for pattern in patterns:
                verb = "allowed" if here.effect is Effect.ALLOW else "denied"
                text = here.spelling[pattern]
                yield f"`{text}` {words} for actions that are {verb}, also for those that AWS adds later."


def _wilder(terms: Terms, named: Named, there: Grants) -> Iterator[str]:
    wild = [pattern for pattern in named.patterns - named.unknown if has_wildcard(pattern)]
    if not wild or there.lacks(terms, named):
        return
    as_wide = list(there.as_wide(terms))
    yield from (pattern for pattern in wild if not any(other.says(pattern) for other in as_wide))


def _form(before: Policy, after: Policy, *, same: bool) -> Iterator[str]:
    if before.version is not after.version:
        yield f"The version of the policy language is `{after.version}` instead of `{before.version}`."
    if before.id != after.id:
        yield "The Id of the document is another."
    if not same:
        return
    said, was = list(map(_said, after.statements)), list(map(_said, before.statements))
    if said != was and Counter(said) == Counter(was):
        yield "The statements stand in another order."
    elif said != was:
        yield "The statements are cut, written or repeated in another way."
    elif [each.sid for each in before.statements] != [each.sid for each in after.statements]:
        yield "Statements have other Sids."


def _said(statement: Statement) -> Hashable:
    """A statement without its Sid and its place."""
    grants = Grants([statement], statement.effect).named.items()
    return statement.effect, frozenset((terms, named.known, named.patterns, named.rests) for terms, named in grants)
