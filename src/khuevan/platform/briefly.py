"""What many ask for and costs much to count is kept for a minute, in each process.

Only for pages that are the same for everybody and say when they were counted.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from time import monotonic
from typing import ParamSpec, TypeVar


SECONDS = 60
MOST = 256
"""Answers kept; the one that was asked for longest ago goes first."""

P = ParamSpec("P")
R = TypeVar("R")


def briefly(function: Callable[P, R]) -> Callable[P, R]:
    """Give the last answer again while it is younger than a minute; all arguments are its key."""
    kept: OrderedDict[Hashable, tuple[float, R]] = OrderedDict()

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        key = args, tuple(sorted(kwargs.items()))
        known = kept.get(key)
        if known is not None and monotonic() < known[0] + SECONDS:
            return known[1]
        told = function(*args, **kwargs)
        kept[key] = monotonic(), told
        kept.move_to_end(key)
        while len(kept) > MOST:
            kept.popitem(last=False)
        return told

    return answer
