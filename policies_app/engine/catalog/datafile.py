"""The layout that both data files share: gzipped UTF-8 text, one record a line, after one line of header.

The header is a JSON object::

    {"format": 1, "count": …, "sha256": …, "sources": [{"name": …, "version": …, "license": …, "as_of": …}]}

``sha256`` is over every byte after the header line, uncompressed: it names the facts, however they were compressed.
Fields of a record are separated by tabs. JSON inside a field is minified, so it holds no tab and no line break.
gzip rather than xz, because a Python built without liblzma is common and one without zlib cannot run pip.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FORMAT = 1
DIRECTORY = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts were taken from; `as_of` is the day of the newest fact, None where the source does not tell."""

    name: str
    version: str
    license: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Header:
    count: int
    sha256: str
    sources: tuple[Source, ...]


def read_header(path: Path) -> Header:
    """Decompresses the first few hundred bytes only."""
    with gzip.open(path) as file:
        return parse_header(file.readline())


def read_records(path: Path) -> list[str]:
    """Every line after the header. A damaged file raises `gzip.BadGzipFile`: gzip keeps a checksum."""
    return gzip.decompress(path.read_bytes()).decode().split("\n")[1:]


def parse_header(line: bytes) -> Header:
    raw = json.loads(line)
    if raw["format"] != FORMAT:
        raise ValueError(f"data file of format {raw['format']}; this code reads format {FORMAT}")
    return Header(raw["count"], raw["sha256"], tuple(parse_source(each) for each in raw["sources"]))


def parse_source(raw: Mapping[str, str | None]) -> Source:
    as_of = raw["as_of"]
    return Source(
        str(raw["name"]), str(raw["version"]), str(raw["license"]), date.fromisoformat(as_of) if as_of else None
    )
