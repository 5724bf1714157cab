"""What a dossier costs, by its procedure's fees and the day's reliefs."""

from __future__ import annotations

from khuevan.catalogue.public import Channel, FeeLine, Subject, fees_for
from khuevan.platform import clock

from .definitions import definition_of
from .models import Dossier


def fee_lines_of(dossier: Dossier) -> tuple[FeeLine, ...]:
    """Return what each fee of a dossier comes to now, who pays it and why."""
    application = dossier.application
    return fees_for(
        definition_of(dossier),
        answers=application.answers,
        channel=Channel(dossier.channel),
        subject=Subject(application.subject),
        on=clock.today(),
    )
