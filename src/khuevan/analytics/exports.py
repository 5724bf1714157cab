"""Event logs in the field's open formats: XES (IEEE 1849-2023) and OCEL 2.0 JSON.

Both are written as a stream, case by case in the order in which cases first appear.
What XML cannot carry (control characters) is written as U+FFFD.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import quoteattr

import ibis

from .engine import Source, opened


EXTENSIONS = (
    ("Concept", "concept"),
    ("Time", "time"),
    ("Organizational", "org"),
    ("Lifecycle", "lifecycle"),
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Event = dict[str, Any]


def write_xes(source: Source, path: Path) -> None:
    """Write a log as XES, gzipped where the name ends in .gz; none or all of it.

    Events are written as completed; a log read with all its life-cycle steps says
    nothing of them.
    """
    complete = not getattr(source, "all_lifecycles", False)
    with _writing(path) as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<log xes.version="2.0" xes.features="" xmlns="http://www.xes-standard.org/">\n')  # fmt: skip
        out.writelines(_head(complete))
        for case, events in groupby(_events(source), lambda e: e["case_id"]):
            out.write(f"<trace>\n{_string('concept:name', case)}")
            out.writelines(_xes_event(event, complete) for event in events)
            out.write("</trace>\n")
        out.write("</log>\n")


def _head(complete: bool) -> Iterator[str]:
    for name, prefix in EXTENSIONS if complete else EXTENSIONS[:3]:
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        yield f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'
    yield f'<global scope="trace">\n{_string("concept:name", "")}</global>\n'
    yield (
        f'<global scope="event">\n{_string("concept:name", "")}'
        '<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>\n'
        f"{_string('lifecycle:transition', 'complete') if complete else ''}</global>\n"
    )
    yield '<classifier name="Activity" scope="event" keys="concept:name"/>\n'


def _xes_event(event: Event, complete: bool) -> str:
    instant = _instant(event["us"]).isoformat(timespec="microseconds")
    parts = [
        _string("concept:name", event["activity"]),
        f'<date key="time:timestamp" value="{instant}"/>\n',
        _string("lifecycle:transition", "complete") if complete else "",
    ]
    for key, name in (("org:resource", "resource"), ("org:group", "org")):
        if event[name] is not None:
            parts.append(_string(key, event[name]))
    return f"<event>\n{''.join(parts)}</event>\n"


def _string(key: str, value: str) -> str:
    return (
        f"<string key={quoteattr(key)} value={quoteattr(_NOT_XML.sub('�', value))}/>\n"
    )


def write_ocel(source: Source, path: Path) -> None:
    """Write a log as OCEL 2.0 JSON; none or all of it.

    Objects are the cases, resources and organisations; an event belongs to its case,
    was done by its resource and at its organisation.
    """
    with _writing(path) as out:
        out.write('{"objectTypes":')
        kinds = ("case", "resource", "org")
        out.write(_json([{"name": kind, "attributes": []} for kind in kinds]))
        out.write(',"eventTypes":')
        names = sorted(_different(source, "activity"))
        out.write(_json([{"name": name, "attributes": []} for name in names]))
        out.write(',"objects":[')
        _join(out, _objects(source))
        out.write('],"events":[')
        _join(out, map(_ocel_event, _events(source)))
        out.write("]}\n")


def _objects(source: Source) -> Iterator[dict[str, Any]]:
    for kind, column in (("case", "case_id"), ("resource", "resource"), ("org", "org")):
        for name in sorted(_different(source, column)):
            yield {
                "id": f"{kind}:{name}",
                "type": kind,
                "attributes": [],
                "relationships": [],
            }


def _ocel_event(event: Event) -> dict[str, Any]:
    related = [("case", event["case_id"], "of"), ("resource", event["resource"], "by"), ("org", event["org"], "at")]  # fmt: skip
    return {
        "id": f"e{event['position']}",
        "type": event["activity"],
        "time": _instant(event["us"]).isoformat().replace("+00:00", "Z"),
        "attributes": [],
        "relationships": [
            {"objectId": f"{kind}:{name}", "qualifier": role}
            for kind, name, role in related
            if name is not None
        ],
    }


def _join(out: IO[str], things: Iterable[dict[str, Any]]) -> None:
    for n, thing in enumerate(things):
        out.write(("," if n else "") + "\n" + _json(thing))


def _json(thing: object) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


def _instant(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def _events(source: Source) -> Iterator[Event]:
    """Yield the events, those of a case together and in order."""
    with opened(source) as log:
        together = ibis.window(group_by="case_id")
        placed = log.events.mutate(first=log.events.position.min().over(together))
        ordered = placed.order_by(["first", "case_id", "us", "position"])
        yield from log.stream(ordered.drop("first"))


def _different(source: Source, column: str) -> set[str]:
    with opened(source) as log:
        found = log.events.select(column).distinct().to_pyarrow()
        return {name for name in found[column].to_pylist() if name is not None}


@contextmanager
def _writing(path: Path) -> Iterator[IO[str]]:
    """Write beside the file and put it in place at the end."""
    beside = path.with_name(f".{path.name}.part")
    zipped = path.name.lower().endswith(".gz")
    try:
        with (
            beside.open("wb") as plain,
            gzip.open(plain, "wb") if zipped else plain as packed,
            TextIOWrapper(packed, encoding="utf-8", newline="") as out,
        ):
            yield out
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
