"""The notice of a meeting's conclusions (thông báo kết luận)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from khuevan.platform.errors import N_
from khuevan.platform.official.form import (
    Block,
    Document,
    Heading,
    Item,
    Letterhead,
    Paragraph,
    Run,
    Signature,
    sentence,
    text,
)
from khuevan.platform.official.pieces import day, rows_or_words
from khuevan.steering.queries.notices import GivenTask, MeetingNotice

from .pieces import task


def notice_document(
    notice: MeetingNotice, *, head: Letterhead, signature: Signature, dated: date
) -> Document:
    """Compose the notice; its number is the one the meeting was closed with, if any."""
    number = re.match(r"\d+", notice.number)
    leads = dict.fromkeys(t.lead for c in notice.conclusions for t in c.tasks)
    return Document(
        letterhead=head,
        number=number.group() if number else "",
        type_code="TB",
        type_name="THÔNG BÁO",
        about=_("of the conclusions of the meeting “%(title)s”")
        % {"title": notice.title},
        dated=dated,
        blocks=tuple(_blocks(notice)),
        signature=signature,
        recipients=(
            _("Members of the Steering Committee"),
            *leads,
            _("Archive"),
        ),
    )


def _blocks(notice: MeetingNotice) -> Iterable[Block]:
    yield Paragraph(
        sentence(
            N_(
                "On %(day)s %(chair)s chaired the meeting “%(title)s”. After the reports and opinions, the chair concluded:"
            ),
            day=day(notice.held_on),
            chair=notice.chair,
            title=notice.title,
        )
    )
    yield Heading(_("I. CONCLUSIONS"))
    for number, conclusion in enumerate(notice.conclusions, start=1):
        yield Paragraph((Run(f"{number}. ", bold=True), Run(conclusion.words)))
        for given in conclusion.tasks:
            yield Item(_given(given))
    if not notice.conclusions:
        yield Paragraph(text(_("The meeting has no conclusion yet.")))
    yield from _tasks(notice)


def _given(given: GivenTask) -> tuple[Run, ...]:
    return sentence(
        N_("%(lead)s leads task %(code)s; due %(day)s."),
        lead=Run(given.lead, bold=True),
        code=task(given.code, "")[0],
        day=day(given.due_on),
    )


def _tasks(notice: MeetingNotice) -> Iterable[Block]:
    yield Heading(_("II. TASKS GIVEN"))
    given = [one for conclusion in notice.conclusions for one in conclusion.tasks]
    yield rows_or_words(
        (_("Task"), _("Leads"), _("Helps"), _("Output"), _("Due")),
        (30, 16, 16, 26, 12),
        (
            (
                task(one.code, one.title),
                text(one.lead),
                text("; ".join(one.helpers) or "–"),
                text(one.output),
                text(day(one.due_on)),
            )
            for one in given
        ),
        _("No task was given."),
    )
    yield Paragraph(
        text(
            _(
                "The units named carry the tasks out and report on the platform; the committee's office follows them up."
            )
        )
    )
