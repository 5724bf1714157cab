"""What the clock does for interlinked procedures: opens children, lets parents go on.

Systems hand over to each other within ten minutes (Decree 63/2024; services.md 6.4):
the watch runs every five.
"""

from __future__ import annotations

import logging

from django.utils.translation import gettext

from khuevan.catalogue.public import published
from khuevan.counter.definitions import process_of
from khuevan.counter.models import Dossier, Step, StepState
from khuevan.counter.models.work import StepQuerySet
from khuevan.counter.rules.states import ENDED, SETTLING
from khuevan.directory.public import Organisation, Person
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, KhuevanError
from khuevan.process.public import Kind

from .children import close_child, note_stuck, open_child


BATCH = 500
log = logging.getLogger(__name__)


def open_called(*, by: Person | None = None) -> int:
    """Open the child dossiers that steps call for; return how many were opened.

    One that cannot be opened is given to a head of the agency and tried again at the
    next turn: a child that asks for what the parent never declared must not hold the
    others up.
    """
    waiting = _calls().filter(child=None).exclude(dossier__business__in=list(ENDED))
    opened = 0
    for step in waiting.select_related("dossier")[:BATCH]:
        parent = step.dossier
        code = process_of(parent).by_id[step.node].procedure
        agency = _agency_of(code, parent)
        if agency is None:
            note_stuck(step=step, why=gettext("No agency here decides %(code)s.") % {"code": code}, by=by)  # fmt: skip
            continue
        try:
            open_child(step=step, agency=agency, by=by)
            opened += 1
        except KhuevanError as refused:
            log.warning("dossier %s: %s not opened: %s", parent.code, code, refused)
            note_stuck(step=step, why=_words_of(refused), by=by)
    return opened


def close_ended(*, by: Person | None = None) -> int:
    """Let parents go on whose child has ended; return how many went on."""
    closed = 0
    ended = Dossier.objects.filter(
        business__in=list(ENDED), parent__isnull=False, parent__business__in=list(SETTLING),
        parent__work__in=_calls(),
    ).distinct().order_by("ended_at", "pk")  # fmt: skip
    for child in ended[:BATCH]:
        before = _standing(child)
        close_child(child=child, by=by)
        closed += _standing(child) != before
    return closed


def _agency_of(code: str, parent: Dossier) -> Organisation | None:
    """Return who decides a child's procedure; a commune's is the parent's commune."""
    found = published(code, clock.today())
    if found is None or found.definition.agency in {"", "commune"}:
        return parent.agency
    return Organisation.objects.filter(code=found.definition.agency).first()


def _words_of(fault: KhuevanError) -> str:
    """Return in words why a child could not be opened."""
    if isinstance(fault, InputRefused):
        return " ".join(
            f"{p.where}: {gettext(p.what) % p.params}" for p in fault.problems
        )
    return gettext(fault.sentence) % fault.params


def _calls() -> StepQuerySet:
    return Step.objects.filter(state=StepState.WAITING, kind=Kind.CALL).order_by("entered_at", "pk")  # fmt: skip


def _standing(child: Dossier) -> set[str]:
    assert child.parent is not None
    return set(child.parent.work.waiting().values_list("node", flat=True))
