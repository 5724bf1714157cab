"""The committee's papers made from the records of a day, and the ways to write them."""

from __future__ import annotations

from datetime import date

from django.utils import translation

from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.official.as_docx import as_docx
from khuevan.platform.official.as_pdf import as_pdf
from khuevan.platform.official.form import Document
from khuevan.steering.models import Meeting
from khuevan.steering.queries.letterhead import letterhead, signature
from khuevan.steering.queries.notices import meeting_notice
from khuevan.steering.queries.report import committee_report

from .notice import notice_document
from .report import report_document


WRITERS = {"docx": as_docx, "pdf": as_pdf}
OFFICIAL_LANGUAGE = "vi"


def report(on: date, since: date | None, signer: Person | None = None) -> Document:
    """Compose the report as of a day, in the language in force."""
    today = clock.today()
    head = letterhead(today)
    return report_document(
        committee_report(on=on, since=since),
        head=head,
        signature=signature(today, signer, head.layout),
        dated=today,
    )


def official_report(
    on: date, since: date | None, signer: Person | None = None
) -> Document:
    """Compose the report in the language of official papers."""
    with translation.override(OFFICIAL_LANGUAGE):
        return report(on, since, signer)


def official_notice(meeting: Meeting) -> Document:
    """Compose the notice of a meeting's conclusions, dated the day it was closed."""
    closed = meeting.closed_at
    dated = clock.local_day(closed) if closed else clock.today()
    head = letterhead(dated)
    with translation.override(OFFICIAL_LANGUAGE):
        return notice_document(
            meeting_notice(meeting),
            head=head,
            signature=signature(dated, None, head.layout),
            dated=dated,
        )
