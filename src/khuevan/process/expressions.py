"""Conditions of processes, forms and papers: a small safe language (zen).

No `eval`: an official may edit a condition, and it can only compute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import zen

from khuevan.platform.errors import N_, RuleBroken


def fault_of(expression: str) -> str:
    """Return what is wrong with the writing of an expression, or nothing."""
    fault = zen.validate_expression(expression)
    return str(fault.get("source", fault)) if fault else ""


def evaluate(expression: str, data: Mapping[str, Any]) -> Any:
    """Return an expression's value over plain data.

    Raises RuleBroken where it is badly written or does not fit the data.
    """
    try:
        return _compiled(expression).evaluate(dict(data))
    except RuntimeError as fault:
        raise RuleBroken(
            N_("The expression “%(expression)s” cannot be computed: %(why)s"),
            expression=expression,
            why=_why(fault),
        ) from fault


def holds(expression: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a condition is true; an empty one always is."""
    return not expression.strip() or evaluate(expression, data) is True


@lru_cache(maxsize=2048)
def _compiled(expression: str) -> Any:
    return zen.compile_expression(expression)


def _why(fault: RuntimeError) -> str:
    told = str(fault).split("\n", 1)[0]
    try:
        return str(json.loads(told).get("source", told))
    except ValueError:
        return told
