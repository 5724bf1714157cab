"""What the facts of steering tell people: whom, in which words, how soon.

Everything the messages of a batch need is looked up at once, in `Known`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from khuevan.directory.public import Role
from khuevan.journal.public import Fact
from khuevan.notices.public import Teller, Urgency
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .briefing import Known, key_of, lead_of


People = Iterable[UUID | None]
WORKERS = (Role.HEAD, Role.OFFICIAL)
SOLVERS = (Role.HEAD, Role.OFFICIAL, Role.LEADER)


# ------------------------------------------------------------------ whom


def _head(fact: Fact, known: Known) -> People:
    return known.people(lead_of(fact), Role.HEAD)


def _answering(fact: Fact, known: Known) -> People:
    """Name who answers for the task: the person named, and the head of the unit."""
    return [known.task(fact).lead_person_id, *_head(fact, known)]


def _given(fact: Fact, known: Known) -> People:
    helping = known.helpers.get(key_of(fact.subject), [])
    heads = [head for unit in helping for head in known.people(unit, Role.HEAD)]
    return [*_answering(fact, known), *heads]


def _named(fact: Fact, known: Known) -> People:
    return [key_of(fact.figures["person"])]


def _verifiers(fact: Fact, known: Known) -> People:
    return known.people(known.task(fact).verifier_id, *WORKERS)


def _office(fact: Fact, known: Known) -> People:
    return known.everywhere(Role.COMMITTEE_OFFICE)


def _asker(fact: Fact, known: Known) -> People:
    asker = known.asked_by.get(key_of(fact.figures["extension"]))
    return [known.task(fact).lead_person_id, asker]


def _routed(fact: Fact, known: Known) -> People:
    return known.people(key_of(fact.figures["routed_to"]), *SOLVERS)


def _raiser(fact: Fact, known: Known) -> People:
    return [known.raised_by.get(key_of(fact.figures["difficulty"]))]


def _receiver(fact: Fact, known: Known) -> People:
    return known.people(key_of(fact.figures["receiver"]), *WORKERS)


def _reminded(fact: Fact, known: Known) -> People:
    told: dict[str, Callable[[], People]] = {
        "lead_person": lambda: [known.task(fact).lead_person_id],
        "head": lambda: _head(fact, known),
        "office": lambda: known.everywhere(Role.COMMITTEE_OFFICE),
        "leader": lambda: known.everywhere(Role.LEADER),
    }
    return [person for who in fact.figures["tells"] for person in told[who]()]


def _reporting(fact: Fact, known: Known) -> People:
    return [p for unit in known.busy for p in known.people(unit, *WORKERS)]


# ------------------------------------------------------------ words, place


def _day(value: str | date | None) -> str:
    if value is None:
        return gettext("no fixed date")
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day:%d/%m/%Y}"


def _about_task(fact: Fact, known: Known) -> dict[str, Any]:
    """Return what any sentence about a task may name, as of the fact."""
    task, figures = known.task(fact), fact.figures
    standing = figures["standing"]
    return {
        "code": figures["code"],
        "title": task.title,
        "unit": task.lead.short_name,
        "due": _day(standing.get("due_on")),
        "round": figures.get("round"),
        "period": figures.get("period"),
        "old_due_on": _day(figures.get("old_due_on")),
        "new_due_on": _day(figures.get("new_due_on")),
    }


def _reminder(fact: Fact, known: Known) -> dict[str, Any]:
    days = fact.figures["days"]
    if days < 0:
        when = ngettext("due in %(days)s day", "due in %(days)s days", -days)
    elif days == 0:
        when = gettext("due today")
    else:
        when = ngettext("%(days)s day overdue", "%(days)s days overdue", days)
    return _about_task(fact, known) | {"when": when % {"days": abs(days)}}


def _about_period(fact: Fact, known: Known) -> dict[str, Any]:
    period = known.periods[key_of(fact.subject)]
    due = period.due_at.astimezone(clock.HANOI)
    return {"name": period.name, "due": f"{due:%H:%M %d/%m/%Y}"}


def _task_page(fact: Fact, known: Known) -> str:
    return reverse("steering-task", args=[fact.figures["code"]])


def _page_of(view: str, figure: str) -> Callable[[Fact, Known], str]:
    return lambda fact, known: reverse(view, args=[key_of(fact.figures[figure])])


def _register_page(fact: Fact, known: Known) -> str:
    return reverse("steering-register-answer", args=[fact.number])


def _urgency_of_reminder(fact: Fact) -> Urgency:
    return Urgency.NOW if fact.figures["days"] >= 0 else Urgency.DAILY


tell = Teller("steering", params=_about_task, link=_task_page, gather=Known)


# ------------------------------------------------------------- the messages

tell(
    "task_assigned",
    _given,
    subject=N_("New task %(code)s, due: %(due)s"),
    body=N_("“%(title)s”. %(unit)s leads it. Due: %(due)s."),
)
tell(
    "lead_person_named",
    _named,
    subject=N_("You answer for task %(code)s, due: %(due)s"),
    body=N_("You were named to answer for “%(title)s” in %(unit)s. Due: %(due)s."),
)
tell(
    "task_claimed",
    _verifiers,
    urgency=Urgency.DAILY,
    subject=N_("Task %(code)s waits for your verification"),
    body=N_(
        "%(unit)s says “%(title)s” is done (claim %(round)s). Look at its evidence and "
        "verify or reject it."
    ),
)
tell(
    "claim_verified",
    _answering,
    urgency=Urgency.DAILY,
    subject=N_("The result of task %(code)s was verified"),
    body=N_("The second unit verified the result of “%(title)s”. The task is done."),
)
tell(
    "claim_rejected",
    _answering,
    subject=N_("The evidence for task %(code)s was rejected"),
    body=N_(
        "“%(title)s” is open again, due: %(due)s. The rejection stands in the register "
        "of discipline; the head of %(unit)s can answer it there."
    ),
)
tell(
    "reaudit_failed",
    _answering,
    subject=N_("Task %(code)s did not stand a second look"),
    body=N_(
        "“%(title)s” is open again, due: %(due)s. This stands in the register of "
        "discipline; the head of %(unit)s can answer it there."
    ),
)
tell(
    "task_reopened_by_indicator",
    _answering,
    subject=N_("Task %(code)s is open again: its indicator fell"),
    body=N_("The indicator bound to “%(title)s” no longer holds its target."),
)
tell(
    "extension_asked",
    _office,
    urgency=Urgency.DAILY,
    subject=N_("Task %(code)s: more time asked for, until %(new_due_on)s"),
    body=N_(
        "%(unit)s asks to move “%(title)s” from %(old_due_on)s to %(new_due_on)s. "
        "The date stays until you decide."
    ),
    link=_page_of("steering-extension", "extension"),
)
tell(
    "extension_granted",
    _asker,
    subject=N_("Task %(code)s: more time granted, until %(new_due_on)s"),
    body=N_("“%(title)s” is now due %(new_due_on)s instead of %(old_due_on)s."),
)
tell(
    "extension_refused",
    _asker,
    subject=N_("Task %(code)s: more time refused"),
    body=N_("“%(title)s” stays due %(old_due_on)s."),
)
tell(
    "difficulty_raised",
    _routed,
    subject=N_("Task %(code)s: a difficulty was routed to you"),
    body=N_("%(unit)s cannot clear it alone and asks your body to."),
    link=_page_of("steering-difficulty", "difficulty"),
)
tell(
    "difficulty_resolved",
    _raiser,
    subject=N_("Task %(code)s: your difficulty was answered"),
    body=N_("The difficulty you raised in “%(title)s” has an answer."),
    link=_page_of("steering-difficulty", "difficulty"),
)
tell(
    "request_asked",
    _receiver,
    subject=N_("Task %(code)s: another agency asks you"),
    body=N_("%(unit)s needs something of your agency; its task waits for you."),
    link=_page_of("steering-request", "request"),
)
tell(
    "request_handed_on",
    _receiver,
    subject=N_("Task %(code)s: a request came to you"),
    body=N_("A request for a task of %(unit)s was passed to your agency."),
    link=_page_of("steering-request", "request"),
)
tell(
    "reminder_sent",
    _reminded,
    urgency=_urgency_of_reminder,
    subject=N_("Task %(code)s: %(when)s"),
    body=N_("“%(title)s”, led by %(unit)s. Due: %(due)s."),
    params=_reminder,
)
tell(
    "task_fell_overdue",
    _answering,
    subject=N_("Task %(code)s went past its due date"),
    body=N_(
        "“%(title)s” was due %(due)s. This stands in the register of discipline; the "
        "head of %(unit)s can answer it there."
    ),
)
tell(
    "report_missed",
    _head,
    subject=N_("Task %(code)s: no report for %(period)s"),
    body=N_(
        "Nobody of %(unit)s reported on “%(title)s”. This stands in the register of "
        "discipline, where you can answer it."
    ),
    link=_register_page,
)
tell(
    "period_opened",
    _reporting,
    urgency=Urgency.DAILY,
    subject=N_("Reports for %(name)s are due %(due)s"),
    body=N_("Report on every running task your unit leads, figures first."),
    params=_about_period,
    link=lambda fact, known: reverse("steering-reporting"),
)
