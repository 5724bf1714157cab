"""Setting targets. Figures themselves are never set by anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import isfinite

from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Person
from khuevan.journal.public import record
from khuevan.platform.errors import N_, RuleBroken

from .access import may_set_target
from .declaration import Indicator, the
from .models import Target, TargetPoint
from .rules import Shape


@transaction.atomic
def set_target(
    *,
    indicator: str,
    points: Sequence[tuple[date, float]],
    document: str,
    article: str = "",
    shape: Shape = Shape.STEP,
    margin: float = 0.0,
    dims: Mapping[str, str] | None = None,
    by: Person | None,
) -> Target:
    """Say what an indicator is to reach by which day, and by which document.

    Between points the target stays (STEP) or goes straight (LINEAR); `margin` is how
    far off is still amber. Setting it again replaces it; the journal keeps both.
    """
    if not may_set_target(by):
        raise PermissionDenied
    cell = dict(dims or {})
    _check(the(indicator), points, document, margin, cell)
    target, _new = Target.objects.update_or_create(
        indicator=indicator,
        cell=cell,
        defaults={
            "shape": shape,
            "margin": margin,
            "document": document.strip(),
            "article": article.strip(),
        },
    )
    target.points.all().delete()
    TargetPoint.objects.bulk_create(
        TargetPoint(target=target, day=day, value=value) for day, value in points
    )
    record(
        "indicators.target_set",
        subject=target.ref,
        by=by,
        indicator=indicator,
        dimensions=cell,
        shape=str(shape),
        margin=margin,
        points=[[day.isoformat(), value] for day, value in sorted(points)],
        document=target.document,
        article=target.article,
    )
    return target


def _check(
    indicator: Indicator,
    points: Sequence[tuple[date, float]],
    document: str,
    margin: float,
    cell: Mapping[str, str],
) -> None:
    if not points or len({day for day, _ in points}) != len(points):
        raise RuleBroken(
            N_("A target needs dated points, one for a day."), field="points"
        )
    if not all(isfinite(value) for _, value in points) or not 0 <= margin < 1e12:
        raise RuleBroken(
            N_("Target values are numbers and the margin is not negative."),
            field="margin",
        )
    if not document.strip():
        raise RuleBroken(
            N_("Name the document that sets the target."), field="document"
        )
    unknown = sorted(cell.keys() - set(indicator.dimensions))
    if unknown:
        raise RuleBroken(
            N_("The indicator has no dimension “%(name)s”."),
            field="dims",
            name=unknown[0],
        )
