"""Whether a process may be published: its shape first, then every way through it."""

from __future__ import annotations

from khuevan.platform.errors import Problem

from .rules.graph import Process, check as check_shape
from .rules.soundness import check_ends


def check(process: Process) -> list[Problem]:
    """Return everything that keeps a process from being published."""
    return check_shape(process) or check_ends(process)
