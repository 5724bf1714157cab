"""What the facts of steering tell people: whom, in which words, how soon.

Everything the messages of a batch need is looked up at once, in `Known`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from khuevan.directory.public import Appointment, Organisation, Role
from khuevan.journal.public import Fact
from khuevan.notices.public import Message, Urgency, declare
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .models import Coordination, Difficulty, Extension, ReportingPeriod, Task
from .rules import Visibility


People = Iterable[UUID | None]
WORKERS = (Role.HEAD, Role.OFFICIAL)
SOLVERS = (Role.HEAD, Role.OFFICIAL, Role.LEADER)


def _key(reference: str) -> UUID:
    return UUID(reference.partition(":")[2])


def _lead(fact: Fact) -> UUID:
    return UUID(fact.figures["standing"]["lead"])


class Known:
    """What a batch of facts is about, each table asked at most once."""

    def __init__(self, facts: list[Fact]) -> None:
        self.facts = facts

    @cached_property
    def tasks(self) -> dict[UUID, Task]:
        return Task.objects.select_related("lead").in_bulk(
            [_key(f.subject) for f in self.facts if f.subject.startswith("steering.task:")]
        )  # fmt: skip

    @cached_property
    def helpers(self) -> dict[UUID, list[UUID]]:
        """Coordinating units by task; of restricted tasks they may not know."""
        rows = Coordination.objects.filter(task__in=self.tasks).exclude(
            task__visibility=Visibility.RESTRICTED
        )
        found: dict[UUID, list[UUID]] = {}
        for task, unit in rows.values_list("task_id", "organisation_id"):
            found.setdefault(task, []).append(unit)
        return found

    @cached_property
    def posts(self) -> dict[tuple[UUID, str], list[UUID]]:
        """People in post today by unit and role, where this batch names the unit."""
        today = clock.today()
        rows = Appointment.objects.filter(
            Q(organisation__in=self._units())
            | Q(role__in=[Role.COMMITTEE_OFFICE, Role.LEADER]),
            Q(valid_from=None) | Q(valid_from__lte=today),
            Q(valid_to=None) | Q(valid_to__gte=today),
        )
        found: dict[tuple[UUID, str], list[UUID]] = {}
        for unit, role, person in rows.values_list(
            "organisation_id", "role", "person_id"
        ):
            found.setdefault((unit, role), []).append(person)
        return found

    @cached_property
    def busy(self) -> set[UUID]:
        """Units that lead running tasks."""
        return set(Task.objects.running().values_list("lead_id", flat=True).distinct())

    @cached_property
    def periods(self) -> dict[UUID, ReportingPeriod]:
        kind = "steering.period_opened"
        return ReportingPeriod.objects.in_bulk(
            [_key(f.subject) for f in self.facts if f.kind == kind]
        )

    @cached_property
    def units(self) -> dict[UUID, Organisation]:
        return Organisation.objects.in_bulk(self._named("routed_to", "receiver"))

    @cached_property
    def asked_by(self) -> dict[UUID, UUID]:
        found = Extension.objects.filter(pk__in=self._named("extension"))
        return dict(found.values_list("pk", "asked_by_id"))

    @cached_property
    def raised_by(self) -> dict[UUID, UUID]:
        found = Difficulty.objects.filter(pk__in=self._named("difficulty"))
        return dict(found.values_list("pk", "raised_by_id"))

    def task(self, fact: Fact) -> Task:
        return self.tasks[_key(fact.subject)]

    def people(self, unit: UUID, *roles: Role) -> list[UUID]:
        return [person for role in roles for person in self.posts.get((unit, role), ())]

    def everywhere(self, wanted: Role) -> list[UUID]:
        """Return who holds a city-wide role, in whichever body."""
        return [p for (_, role), people in self.posts.items() if role == wanted for p in people]  # fmt: skip

    def _units(self) -> set[UUID]:
        units = {unit for task in self.tasks.values() for unit in (task.lead_id, task.verifier_id)}  # fmt: skip
        units |= {_lead(fact) for fact in self.facts if "standing" in fact.figures}
        units |= {unit for helping in self.helpers.values() for unit in helping}
        units |= self._named("routed_to", "receiver")
        return units | (self.busy if self.periods else set())

    def _named(self, *names: str) -> set[UUID]:
        return {_key(f.figures[n]) for f in self.facts for n in names if n in f.figures}


# ------------------------------------------------------------------ whom


def _head(fact: Fact, known: Known) -> People:
    return known.people(_lead(fact), Role.HEAD)


def _answering(fact: Fact, known: Known) -> People:
    """Name who answers for the task: the person named, and the head of the unit."""
    return [known.task(fact).lead_person_id, *_head(fact, known)]


def _given(fact: Fact, known: Known) -> People:
    helping = known.helpers.get(_key(fact.subject), [])
    heads = [head for unit in helping for head in known.people(unit, Role.HEAD)]
    return [*_answering(fact, known), *heads]


def _named(fact: Fact, known: Known) -> People:
    return [_key(fact.figures["person"])]


def _verifiers(fact: Fact, known: Known) -> People:
    return known.people(known.task(fact).verifier_id, *WORKERS)


def _office(fact: Fact, known: Known) -> People:
    return known.everywhere(Role.COMMITTEE_OFFICE)


def _asker(fact: Fact, known: Known) -> People:
    asker = known.asked_by.get(_key(fact.figures["extension"]))
    return [known.task(fact).lead_person_id, asker]


def _routed(fact: Fact, known: Known) -> People:
    return known.people(_key(fact.figures["routed_to"]), *SOLVERS)


def _raiser(fact: Fact, known: Known) -> People:
    return [known.raised_by.get(_key(fact.figures["difficulty"]))]


def _receiver(fact: Fact, known: Known) -> People:
    return known.people(_key(fact.figures["receiver"]), *WORKERS)


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
    period = known.periods[_key(fact.subject)]
    due = period.due_at.astimezone(clock.HANOI)
    return {"name": period.name, "due": f"{due:%H:%M %d/%m/%Y}"}


def _task_page(fact: Fact, known: Known) -> str:
    return reverse("steering-task", args=[fact.figures["code"]])


def _page_of(view: str, figure: str) -> Callable[[Fact, Known], str]:
    return lambda fact, known: reverse(view, args=[_key(fact.figures[figure])])


def _register_page(fact: Fact, known: Known) -> str:
    return reverse("steering-register-answer", args=[fact.number])


def _urgency_of_reminder(fact: Fact) -> Urgency:
    return Urgency.NOW if fact.figures["days"] >= 0 else Urgency.DAILY


def _tell(
    kind: str,
    recipients: Callable[[Fact, Known], People],
    urgency: Urgency | Callable[[Fact], Urgency],
    *,
    subject: str,
    body: str,
    params: Callable[[Fact, Known], dict[str, Any]] = _about_task,
    link: Callable[[Fact, Known], str] = _task_page,
) -> None:
    declare(
        Message(
            kind=f"steering.{kind}",
            subject=subject,
            body=body,
            recipients=recipients,
            params=params,
            link=link,
            urgency=urgency,
            gather=Known,
        )
    )


# ------------------------------------------------------------- the messages

_tell(
    "task_assigned",
    _given,
    Urgency.NOW,
    subject=N_("New task %(code)s, due: %(due)s"),
    body=N_("“%(title)s”. %(unit)s leads it. Due: %(due)s."),
)
_tell(
    "lead_person_named",
    _named,
    Urgency.NOW,
    subject=N_("You answer for task %(code)s, due: %(due)s"),
    body=N_("You were named to answer for “%(title)s” in %(unit)s. Due: %(due)s."),
)
_tell(
    "task_claimed",
    _verifiers,
    Urgency.DAILY,
    subject=N_("Task %(code)s waits for your verification"),
    body=N_(
        "%(unit)s says “%(title)s” is done (claim %(round)s). Look at its evidence and "
        "verify or reject it."
    ),
)
_tell(
    "claim_verified",
    _answering,
    Urgency.DAILY,
    subject=N_("The result of task %(code)s was verified"),
    body=N_("The second unit verified the result of “%(title)s”. The task is done."),
)
_tell(
    "claim_rejected",
    _answering,
    Urgency.NOW,
    subject=N_("The evidence for task %(code)s was rejected"),
    body=N_(
        "“%(title)s” is open again, due: %(due)s. The rejection stands in the register "
        "of discipline; the head of %(unit)s can answer it there."
    ),
)
_tell(
    "reaudit_failed",
    _answering,
    Urgency.NOW,
    subject=N_("Task %(code)s did not stand a second look"),
    body=N_(
        "“%(title)s” is open again, due: %(due)s. This stands in the register of "
        "discipline; the head of %(unit)s can answer it there."
    ),
)
_tell(
    "task_reopened_by_indicator",
    _answering,
    Urgency.NOW,
    subject=N_("Task %(code)s is open again: its indicator fell"),
    body=N_("The indicator bound to “%(title)s” no longer holds its target."),
)
_tell(
    "extension_asked",
    _office,
    Urgency.DAILY,
    subject=N_("Task %(code)s: more time asked for, until %(new_due_on)s"),
    body=N_(
        "%(unit)s asks to move “%(title)s” from %(old_due_on)s to %(new_due_on)s. "
        "The date stays until you decide."
    ),
    link=_page_of("steering-extension", "extension"),
)
_tell(
    "extension_granted",
    _asker,
    Urgency.NOW,
    subject=N_("Task %(code)s: more time granted, until %(new_due_on)s"),
    body=N_("“%(title)s” is now due %(new_due_on)s instead of %(old_due_on)s."),
)
_tell(
    "extension_refused",
    _asker,
    Urgency.NOW,
    subject=N_("Task %(code)s: more time refused"),
    body=N_("“%(title)s” stays due %(old_due_on)s."),
)
_tell(
    "difficulty_raised",
    _routed,
    Urgency.NOW,
    subject=N_("Task %(code)s: a difficulty was routed to you"),
    body=N_("%(unit)s cannot clear it alone and asks your body to."),
    link=_page_of("steering-difficulty", "difficulty"),
)
_tell(
    "difficulty_resolved",
    _raiser,
    Urgency.NOW,
    subject=N_("Task %(code)s: your difficulty was answered"),
    body=N_("The difficulty you raised in “%(title)s” has an answer."),
    link=_page_of("steering-difficulty", "difficulty"),
)
_tell(
    "request_asked",
    _receiver,
    Urgency.NOW,
    subject=N_("Task %(code)s: another agency asks you"),
    body=N_("%(unit)s needs something of your agency; its task waits for you."),
    link=_page_of("steering-request", "request"),
)
_tell(
    "request_handed_on",
    _receiver,
    Urgency.NOW,
    subject=N_("Task %(code)s: a request came to you"),
    body=N_("A request for a task of %(unit)s was passed to your agency."),
    link=_page_of("steering-request", "request"),
)
_tell(
    "reminder_sent",
    _reminded,
    _urgency_of_reminder,
    subject=N_("Task %(code)s: %(when)s"),
    body=N_("“%(title)s”, led by %(unit)s. Due: %(due)s."),
    params=_reminder,
)
_tell(
    "task_fell_overdue",
    _answering,
    Urgency.NOW,
    subject=N_("Task %(code)s went past its due date"),
    body=N_(
        "“%(title)s” was due %(due)s. This stands in the register of discipline; the "
        "head of %(unit)s can answer it there."
    ),
)
_tell(
    "report_missed",
    _head,
    Urgency.NOW,
    subject=N_("Task %(code)s: no report for %(period)s"),
    body=N_(
        "Nobody of %(unit)s reported on “%(title)s”. This stands in the register of "
        "discipline, where you can answer it."
    ),
    link=_register_page,
)
_tell(
    "period_opened",
    _reporting,
    Urgency.DAILY,
    subject=N_("Reports for %(name)s are due %(due)s"),
    body=N_("Report on every running task your unit leads, figures first."),
    params=_about_period,
    link=lambda fact, known: reverse("steering-reporting"),
)
