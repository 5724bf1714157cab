"""What an expert says of themselves: profile, rates, ties, absences, papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.experts.access import is_expert
from khuevan.experts.facts import record_expert
from khuevan.experts.models import Absence, Evidence, Expert, Interest, Rate
from khuevan.experts.rules.pool import (
    DECLARED,
    Tie,
    check_profile,
    check_public_words,
    check_rate,
)
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken
from khuevan.valuation.public import field_names

from .common import locked_expert, require


MOST_PAPERS = 10


@transaction.atomic
def change_profile(
    *, expert: Expert, headline: str, experience: str, fields: Sequence[str],
    languages: Sequence[str], paused: bool, by: Person | None,
) -> Expert:  # fmt: skip
    """Change what the pool tells of oneself; `paused` takes no new bookings."""
    expert = _own(expert, by)
    check_profile(headline, set(fields), set(languages), set(field_names()))
    check_public_words({"headline": headline, "experience": experience})
    expert.headline, expert.experience = headline.strip(), experience.strip()
    expert.fields, expert.languages = sorted(set(fields)), sorted(set(languages))
    expert.paused = paused
    expert.save()
    record_expert("profile_changed", expert, by=by, paused=paused)
    return expert


@transaction.atomic
def set_rate(*, expert: Expert, amount: int, valid_from: date, by: Person | None) -> Rate:  # fmt: skip
    """Ask another amount for an hour (đồng) from a day on; what was asked before is kept."""
    expert = _own(expert, by)
    latest = expert.rates.first()
    check_rate(amount, valid_from, clock.today(), latest.valid_from if latest else None)
    made = Rate.objects.create(expert=expert, amount=amount, valid_from=valid_from)
    record_expert("rate_set", expert, by=by, amount=amount, valid_from=valid_from.isoformat())  # fmt: skip
    return made


@transaction.atomic
def declare_interest(
    *, expert: Expert, tie: Tie, organisation: Organisation,
    valid_from: date | None = None, valid_to: date | None = None, by: Person | None,
) -> Interest:  # fmt: skip
    """Declare a tie to an organisation: from then on matters of its side are closed."""
    expert = _own(expert, by)
    if tie not in DECLARED:
        raise RuleBroken(N_("Posts are known from the directory; choose another tie."), field="tie")  # fmt: skip
    if valid_from and valid_to and valid_to < valid_from:
        raise RuleBroken(N_("The last day lies before the first."), field="valid_to")
    made = Interest.objects.create(
        expert=expert, tie=tie, organisation=organisation, valid_from=valid_from,
        valid_to=valid_to,
    )  # fmt: skip
    record_expert("interest_declared", expert, by=by)
    return made


@transaction.atomic
def end_interest(*, interest: Interest, valid_to: date, by: Person | None) -> Interest:
    """Say since when a tie is over; it counts for a while after (`dated.cooling_on`)."""
    expert = _own(interest.expert, by)
    interest = Interest.objects.select_for_update().get(pk=interest.pk)
    if interest.valid_to is not None:
        raise RuleBroken(N_("This tie has its last day already."), field="valid_to")
    if valid_to > clock.today() or (interest.valid_from and valid_to < interest.valid_from):  # fmt: skip
        raise RuleBroken(N_("The last day lies between the first and today."), field="valid_to")  # fmt: skip
    interest.valid_to = valid_to
    interest.save(update_fields=["valid_to"])
    record_expert("interest_ended", expert, by=by)
    return interest


@transaction.atomic
def note_absence(*, expert: Expert, first: date, last: date, by: Person | None) -> Absence:  # fmt: skip
    """Take no bookings on some days; what was agreed before stays agreed."""
    expert = _own(expert, by)
    if not clock.today() <= first <= last:
        raise RuleBroken(N_("The days begin today or later, and end after they begin."), field="first")  # fmt: skip
    made = Absence.objects.create(expert=expert, first=first, last=last)
    record_expert("absence_noted", expert, by=by)
    return made


@transaction.atomic
def put_evidence(*, expert: Expert, title: str, content: bytes, name: str, by: Person | None) -> Evidence:  # fmt: skip
    """Put in a paper that shows experience; it is kept under its SHA-256."""
    expert = _own(expert, by)
    if not title.strip():
        raise RuleBroken(N_("Say what the paper shows."), field="title")
    if expert.evidence.count() >= MOST_PAPERS:
        raise RuleBroken(N_("At most %(most)s papers are kept."), field="file", most=MOST_PAPERS)  # fmt: skip
    kept = files.keep(content, name)
    made = Evidence.objects.create(expert=expert, title=title.strip(), file=kept)
    record_expert("evidence_put", expert, by=by, digest=kept.sha256)
    return made


def _own(expert: Expert, by: Person | None) -> Expert:
    expert = locked_expert(expert)
    require(is_expert(by, expert))
    return expert
