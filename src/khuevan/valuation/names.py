"""What fields and kinds of things are called: an app above says so, as it owns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise


Words = Mapping[Any, "str | Promise"]
_fields: dict[str, str | Promise] = {}
_kinds: dict[str, str | Promise] = {}


def register_names(*, fields: Words, kinds: Words) -> None:
    """Tell what codes of fields and kinds are called on screen, and which may be chosen."""
    _fields.update(fields)
    _kinds.update(kinds)


def field_names() -> Words:
    """Return the fields there are, by code."""
    return _fields


def kind_names() -> Words:
    """Return the kinds there are, by code."""
    return _kinds
