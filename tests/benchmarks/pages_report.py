"""The figures of the pages as a page."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import report

FILE: Final = Path(__file__).resolve().parents[2] / "docs" / "benchmarks-pages.md"
ADMIN, ADMIN_SEARCH = "Django admin: users", "Django admin: search"
BUSY = "User with 10 groups and 50 policies"
ME = "My permissions, of the same user"
POPULAR = "Entities of a policy that 1,000 have"
_TYPED: Final = "As you type: "
_PALETTE: Final = "Palette: "

# What is asked for.
HALF_OF_ADMIN_AT, FIFTH_OF_ADMIN_AT = 10_000, 1_000_000
GROWTH, TYPED_MS, BUSY_MS, SEED_SECONDS = 1.2, 25, 150, 180
PALETTE_MS, PALETTE_AT = 100, 100_000

_HEAD: Final = """# Benchmarks of the pages

Written by `make bench-pages` on {date} (UTC), everything in the same run.

- Machine: {machine}
- {runtime}
- Load of the machine, of the last fifteen minutes: {load:.1f} (what is measured makes about 1)

The peer is Django admin's own list of `django.contrib.auth`'s users, in a plain project with as many users, on the same
kind of database and the same server with one worker (`tests/benchmarks/peers/django_admin.py`). One client asks for one
page after the other over one connection, in {rounds} rounds, each of which takes its turn at all pages. A figure is the
median of the rounds' medians, in milliseconds to the last byte. Every page of the console asks the engine for each
thing that it shows and records the read as an event; the admin's shows 100 rows, the console's lists 50. Accounts are
made by `tests/benchmarks/seed.py`, and hold for each 100 users 200 memberships, 60 access keys, 60 tags, 35
attachments and 20 events.
"""


def typed(text: str) -> str:
    return f"{_TYPED}`{text}`"


def in_palette(text: str) -> str:
    return f"{_PALETTE}`{text}`" if text else f"{_PALETTE}at first"


@dataclass(frozen=True, slots=True)
class Figures:
    """`medians`: one a round, in milliseconds, by database, size and page. `seeding`: seconds, by database and size."""

    medians: dict[tuple[str, int, str], list[float]]
    seeding: dict[tuple[str, int], float]

    def median(self, database: str, size: int, page: str) -> float:
        return median(self.medians[database, size, page])

    def databases(self) -> list[str]:
        return list(dict.fromkeys(database for database, _, _ in self.medians))

    def pages(self) -> list[str]:
        return list(dict.fromkeys(page for _, _, page in self.medians))


def write(figures: Figures, sizes: Sequence[int]) -> None:
    FILE.write_text("\n".join(_lines(figures, sizes)) + "\n", "utf-8")
    print(f"Written to {FILE.name}.")


def _lines(figures: Figures, sizes: Sequence[int]) -> Iterator[str]:
    yield _HEAD.format(
        date=datetime.now(UTC).date().isoformat(),
        machine=report.machine(),
        runtime=report.runtime(),
        load=os.getloadavg()[2],
        rounds=len(next(iter(figures.medians.values()))),
    )
    yield "## Verdicts\n"
    yield from _verdicts(figures, sizes)
    for database in figures.databases():
        yield f"\n## {database}\n"
        yield from _table(figures, database, sizes)


def _verdicts(figures: Figures, sizes: Sequence[int]) -> Iterator[str]:
    own = [page for page in figures.pages() if page not in (ADMIN, ADMIN_SEARCH)]
    whole = [page for page in own if not page.startswith((_TYPED, _PALETTE))]
    few, many = min(sizes), max(sizes)
    yield _row(["asked for", "database", "worst", "of", "holds for"])
    yield _row(["---", "---", "--:", "---", "--:"])
    for database in figures.databases():

        def ratio(page: str, size: int, database: str = database) -> float:
            return figures.median(database, size, page) / figures.median(database, size, ADMIN)

        def growth(page: str, database: str = database) -> float:
            return max(figures.median(database, size, page) for size in sizes) / figures.median(database, few, page)

        asked = {
            f"at most half of the admin's time at {HALF_OF_ADMIN_AT:,} users": (
                {page: ratio(page, HALF_OF_ADMIN_AT) for page in whole},
                0.5,
            ),
            f"within {GROWTH} times of its own time at {few:,} users": ({page: growth(page) for page in whole}, GROWTH),
            f"search as you type under {TYPED_MS} ms at {many:,} users": (
                {page: figures.median(database, many, page) for page in own if page.startswith(_TYPED)},
                TYPED_MS,
            ),
            f"results of the palette under {PALETTE_MS} ms at {PALETTE_AT:,} users": (
                {page: figures.median(database, PALETTE_AT, page) for page in own if page.startswith(_PALETTE)},
                PALETTE_MS,
            ),
            f"under {BUSY_MS} ms at {many:,} users": (
                {page: figures.median(database, many, page) for page in (BUSY, ME, POPULAR)},
                BUSY_MS,
            ),
            f"a million users seeded in {SEED_SECONDS} s": (
                {"seconds": figures.seeding[database, many] * 1_000_000 / many},
                SEED_SECONDS,
            ),
        }
        if database == "PostgreSQL":
            asked[f"at most a fifth of the admin's time at {FIFTH_OF_ADMIN_AT:,} users"] = (
                {page: ratio(page, FIFTH_OF_ADMIN_AT) for page in whole},
                0.2,
            )
        for what, (found, limit) in asked.items():
            worst = max(found, key=found.__getitem__)
            held = sum(value <= limit for value in found.values())
            yield _row([what, database, f"{found[worst]:,.2f}", worst, f"{held} of {len(found)}"])


def _table(figures: Figures, database: str, sizes: Sequence[int]) -> Iterator[str]:
    few, many = min(sizes), max(sizes)
    heads = [f"{size:,}" for size in sizes]
    yield _row(["page, ms", *heads, f"to admin at {HALF_OF_ADMIN_AT:,}", f"at {many:,}", f"{many:,} to {few:,}"])
    yield _row(["---", *("--:" for _ in range(len(heads) + 3))])
    for page in figures.pages():
        times = {size: figures.median(database, size, page) for size in sizes}
        compared = [
            times[size] / figures.median(database, size, ADMIN) for size in (HALF_OF_ADMIN_AT, FIFTH_OF_ADMIN_AT)
        ]
        shown = [f"{value:,.1f}" for value in times.values()]
        yield _row([page, *shown, *(f"{value:.2f}" for value in (*compared, times[many] / times[few]))])
    seconds = " · ".join(f"{size:,}: {figures.seeding[database, size]:,.0f} s" for size in sizes)
    yield f"\nSeeding, with migrations and 1,582 AWS managed policies: {seconds}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
