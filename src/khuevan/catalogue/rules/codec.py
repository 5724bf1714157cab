"""A definition as JSON and back: the stored form, the export, the exchange format."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from khuevan.platform.errors import N_, InputRefused, Problem

from .definition import Definition


T = TypeVar("T")


def to_json(definition: Definition) -> dict[str, Any]:
    """Return a definition as plain JSON; what equals its default is left out."""
    told: dict[str, Any] = _plain(definition)
    return told


def from_json(told: Mapping[str, Any]) -> Definition:
    """Return the definition a JSON document states.

    Raises InputRefused naming the place of everything missing, unknown or of the
    wrong type.
    """
    problems: list[Problem] = []
    made = _build(Definition, told, "", problems)
    if problems:
        raise InputRefused(problems)
    assert isinstance(made, Definition)
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: _plain(getattr(value, f.name))
            for f in fields(value)
            if not _is_default(f, getattr(value, f.name))
        }
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value


def _is_default(f: Any, value: Any) -> bool:
    if f.default is not MISSING:
        return bool(value == f.default)
    if f.default_factory is not MISSING:
        return bool(value == f.default_factory())
    return False


@lru_cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


def _build(kind: type[T], told: Any, where: str, problems: list[Problem]) -> T | None:
    if not isinstance(told, Mapping):
        problems.append(Problem(where or ".", N_("This must be an object.")))
        return None
    hints, known = _hints(kind), {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    problems.extend(
        Problem(f"{where}{name}", N_("This name is not known here."))
        for name in sorted(told.keys() - known.keys())
    )
    given: dict[str, Any] = {}
    for name, f in known.items():
        place = f"{where}{name}"
        if name in told:
            given[name] = _read(hints[name], told[name], place, problems)
        elif f.default is MISSING and f.default_factory is MISSING:
            problems.append(Problem(place, N_("This is missing.")))
    return None if problems else kind(**given)


def _read(hint: Any, told: Any, place: str, problems: list[Problem]) -> Any:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        if told is None:
            return None
        [hint] = [h for h in get_args(hint) if h is not type(None)]
        return _read(hint, told, place, problems)
    if origin is tuple:
        return _read_list(get_args(hint)[0], told, place, problems)
    if is_dataclass(hint):
        return _build(hint, told, f"{place}.", problems)  # type: ignore[arg-type]
    return _read_value(hint, origin, told, place, problems)


def _read_list(hint: Any, told: Any, place: str, problems: list[Problem]) -> Any:
    if not isinstance(told, list):
        problems.append(Problem(place, N_("This must be a list.")))
        return ()
    return tuple(
        _read(hint, item, f"{place}[{number}]", problems)
        for number, item in enumerate(told)
    )


def _read_value(
    hint: Any, origin: Any, told: Any, place: str, problems: list[Problem]
) -> Any:
    try:
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return hint(told)
        if hint is date:
            return date.fromisoformat(told)
    except (ValueError, TypeError):
        problems.append(
            Problem(place, N_("“%(value)s” cannot stand here."), "", {"value": told})
        )
        return None
    wanted = dict if origin is dict else hint
    # A yes is not a number: bool is an int to Python.
    if type(told) is not wanted and not (wanted is dict and isinstance(told, Mapping)):
        problems.append(
            Problem(place, N_("“%(value)s” cannot stand here."), "", {"value": told})
        )
    return told
