"""Tables as files to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any, Final

# What a spreadsheet takes for the start of a formula. https://owasp.org/www-community/attacks/CSV_Injection
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Line:
    """What `csv` writes to: it gives back the line."""

    def write(self, line: str) -> str:
        return line


def lines(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """One after the other, so that a million rows need no more memory than one."""
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([harmless(str(value)) for value in row])


def harmless(cell: str) -> str:
    """Text and no formula, by the apostrophe that spreadsheets know."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
