"""Setting the exchange's targets. Its figures are never set by anybody."""

from __future__ import annotations

from django.db import transaction

from khuevan.directory.public import Person
from khuevan.indicators.public import Shape, set_target
from khuevan.platform import clock

from .dated import aims_on


@transaction.atomic
def set_targets(*, by: Person | None) -> int:
    """Set the scheme's targets in force today; return how many. Again it changes nothing.

    Each goes straight from one dated figure to the next (Resolution 459/NQ-HĐND).
    PermissionDenied for who sets no targets.
    """
    aims = aims_on(clock.today())
    for aim in aims:
        set_target(
            indicator=aim.indicator, dims=aim.dims, points=aim.points, shape=Shape.LINEAR,
            document=aim.document, article=aim.article, by=by,
        )  # fmt: skip
    return len(aims)
