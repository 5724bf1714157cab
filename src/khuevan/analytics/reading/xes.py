"""XES logs (IEEE 1849), read as a stream: one event in memory at a time.

Events are named by `concept:name` or by a classifier the log declares; values the log
declares as defaults fill in what an event does not say, its time excepted. Attributes
may be nested; only those directly on a trace or an event speak for it. Document
types, entities and anything fetched from elsewhere are refused.
"""

from __future__ import annotations

import gzip
import unicodedata
import zlib
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from khuevan.platform.errors import N_, InputRefused, Problem

from .instants import read_instant
from .sentences import (
    ALL_INCOMPLETE,
    DEFAULTED,
    EMPTY_TRACES,
    FILL,
    LOOSE_EVENTS,
    NO_ACTIVITY,
    NO_CASE,
)
from .unpacking import Unpacked
from .writer import LogWriter


NAME, TIME = "concept:name", "time:timestamp"
STEP, RESOURCE, GROUP = "lifecycle:transition", "org:resource", "org:group"
INVALID = "__INVALID__"
"""What some writers declare as a default that must never be used."""


@dataclass
class _State:
    """Where the reader stands in the file."""

    writer: LogWriter
    zone: tzinfo | None
    all_lifecycles: bool
    classifier: str
    keys: tuple[str, ...] = (NAME,)
    classifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    path: list[Any] = field(default_factory=list)
    traces: int = 0
    case: str = ""
    events: int = 0
    waiting: list[dict[str, str]] = field(default_factory=list)


def read_xes(
    path: Path,
    writer: LogWriter,
    classifier: str,
    zone: tzinfo | None,
    all_lifecycles: bool,
    limit: int,
) -> None:
    """Read an XES file, plain or gzipped, into the writer."""
    state = _State(writer, zone, all_lifecycles, classifier)
    try:
        with Unpacked(path, limit) as stream:
            for event, element in iterparse(stream, ("start", "end"), forbid_dtd=True):
                if event == "start":
                    _start(state, element)
                else:
                    _end(state, element)
    except (ParseError, DefusedXmlException, EOFError, zlib.error, gzip.BadGzipFile) as fault:  # fmt: skip
        raise InputRefused(
            [
                Problem(
                    path.name,
                    N_("This is not an XES log that can be read safely: %(fault)s"),
                    N_("Export the log again, without a document type."),
                    {"fault": str(fault) or type(fault).__name__},
                )
            ]
        ) from fault


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _start(state: _State, element: Any) -> None:
    tag = _tag(element)
    if not state.path and tag != "log":
        raise ParseError(f"the root is <{tag}>, not <log>")
    state.path.append(element)
    if tag == "trace" and len(state.path) == 2:
        _settle_classifier(state)
        state.traces += 1
        state.case, state.events, state.waiting = "", 0, []


def _end(state: _State, element: Any) -> None:
    state.path.pop()
    depth, tag = len(state.path), _tag(element)
    if depth == 0:
        return
    parent = _tag(state.path[-1])
    if depth == 1:
        _part_of_log(state, element, tag)
    elif depth == 2 and parent == "trace":
        _part_of_trace(state, element, tag)
    else:
        return  # an attribute of an event, or nested: kept until its event ends
    state.path[-1].remove(element)


def _part_of_log(state: _State, element: Any, tag: str) -> None:
    if tag == "global" and element.get("scope", "event") == "event":
        state.defaults = {
            key: value
            for key, value in _attributes(element).items()
            if key != TIME and value != INVALID
        }
    elif tag == "classifier" and element.get("scope", "event") == "event":
        keys = _keys(element.get("keys", ""))
        state.classifiers[element.get("name", "")] = keys
    elif tag == "trace":
        _end_of_trace(state)
    elif tag == "event":
        state.writer.skip(LOOSE_EVENTS)


def _keys(text: str) -> tuple[str, ...]:
    """Split the keys of a classifier; those with spaces stand in single quotes."""
    keys: list[str] = []
    for n, part in enumerate(text.split("'")):
        keys += [part] if n % 2 else part.split()
    return tuple(keys)


def _settle_classifier(state: _State) -> None:
    if not state.classifier or state.traces:
        return
    if not state.classifiers.get(state.classifier):
        raise InputRefused(
            [
                Problem(
                    state.classifier,
                    N_("The log declares no such classifier"),
                    N_("Take one of these: %(names)s."),
                    {"names": ", ".join(state.classifiers) or "–"},
                )
            ]
        )
    state.keys = state.classifiers[state.classifier]


def _part_of_trace(state: _State, element: Any, tag: str) -> None:
    if tag == "event":
        state.events += 1
        found = _attributes(element)
        if state.case:
            _take(state, found, state.events)
        else:
            # The name may come after the events; a trace without one ends refused.
            state.waiting.append(found)
    elif element.get("key") == NAME:
        state.case = _text(element.get("value"))
        for number, found in enumerate(state.waiting, state.events - len(state.waiting) + 1):  # fmt: skip
            _take(state, found, number)
        state.waiting = []


def _end_of_trace(state: _State) -> None:
    if not state.events:
        state.writer.skip(EMPTY_TRACES)
    elif not state.case.strip():
        state.writer.refuse(f"trace {state.traces}", NO_CASE, FILL)


def _take(state: _State, found: dict[str, str], number: int) -> None:
    writer, where = state.writer, f"trace {state.traces}, event {number}"
    step = _value(state, found, STEP).lower()
    if step not in {"complete", ""} and not state.all_lifecycles:
        writer.skip(ALL_INCOMPLETE)
        return
    activity = "+".join(_value(state, found, key) for key in state.keys)
    if not activity.strip("+ "):
        writer.refuse(where, NO_ACTIVITY, FILL)
        return
    instant = read_instant(found.get(TIME, ""), where, writer, state.zone)
    if instant is not None and not writer.problems:
        resource = _value(state, found, RESOURCE) or None
        group = _value(state, found, GROUP) or None
        writer.add((state.case, activity, instant, resource, group))


def _value(state: _State, found: dict[str, str], key: str) -> str:
    if key in found:
        return found[key]
    if key in state.defaults:
        state.writer.skip(DEFAULTED, about=key)
        return state.defaults[key]
    return ""


def _attributes(element: Any) -> dict[str, str]:
    return {
        child.get("key", ""): _text(child.get("value"))
        for child in element
        if child.get("key")
    }


def _text(value: str | None) -> str:
    return unicodedata.normalize("NFC", value or "")
