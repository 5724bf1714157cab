"""What was refused as misuse leaves a fact, though everything else of it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from khuevan.platform.errors import KhuevanError

from .actors import Actor
from .ledger import record


@contextmanager
def misuse_noted(kind: str, *, subject: str, by: Actor | None, **figures: Any) -> Iterator[None]:  # fmt: skip
    """Do what stands inside in one transaction; refused as misuse, it leaves one fact.

    The fact has the `rule` that was broken and who tried. It stays unless whoever calls
    undoes a larger transaction with it.
    """
    try:
        with transaction.atomic():
            yield
    except KhuevanError as refused:
        if refused.misuse:
            record(kind, subject=subject, by=by, rule=refused.misuse, **figures)
        raise
