"""What reviewers look at beside the words: the lists, and listings that say the same."""

from __future__ import annotations

from dataclasses import dataclass

from khuevan.exchange.dated import criteria_on, likeness_on
from khuevan.exchange.models import Listing
from khuevan.exchange.rules.disclosing import Level
from khuevan.exchange.rules.likeness import (
    contained,
    guessed,
    likeness,
    words_of,
)
from khuevan.exchange.rules.listings import State
from khuevan.exchange.rules.screening import Finding, screen
from khuevan.platform import clock
from khuevan.platform.contacts import Found, contacts_in

from .disclosing import shown_at


SAID = (
    "title_vi", "title_en", "summary_vi", "summary_en", "advantage", "advantage_en", "advantage_against",
    "description", "description_en", "trl_evidence", "licence_terms", "outcome", "outcome_en", "data_available", "criteria", "criteria_en",
)  # fmt: skip
"""The fields whose words are held against the lists and against other listings."""
_COMPARED = 20


@dataclass(frozen=True, slots=True)
class Alike:
    """Another listing that says nearly the same.

    `percent` of what both say; `contained`: how much of the shorter the longer says, too.
    """

    code: str
    title: str
    same_member: bool
    published: bool
    percent: int
    contained: int


@dataclass(frozen=True, slots=True)
class Concerns:
    """What a reviewer should look at; `shown` from this likeness on."""

    findings: list[Finding]
    alike: list[Alike]


def text_of(listing: Listing) -> str:
    """Return all a listing says in words, whoever may read it."""
    return words_of(getattr(listing, name) for name in SAID)


def findings_of(listing: Listing) -> list[Finding]:
    """Return which lines of today's lists a listing calls to mind."""
    papers = (paper.text for paper in listing.papers.all())
    return screen(words_of([text_of(listing), *papers]), criteria_on(clock.today()))


def alike(listing: Listing) -> list[Alike]:
    """Return the listings most like one, of those that were ever submitted, at most five.

    Drafts of others are compared with nothing: nobody learns of them.
    """
    limits = likeness_on(clock.today())
    rows = (
        Listing.objects.filter(sketch__overlap=listing.sketch)
        .exclude(pk=listing.pk)
        .exclude(state__in=[State.DRAFT, State.WITHDRAWN])
    )
    near = sorted(
        rows.values_list("pk", "sketch"),
        key=lambda row: guessed(listing.sketch, row[1]),
        reverse=True,
    )[:_COMPARED]
    mine = text_of(listing)
    found = [
        Alike(
            other.code,
            other.title_vi,
            other.member_id == listing.member_id,
            other.state == State.PUBLISHED,
            round(likeness(mine, told) * 100),
            round(contained(mine, told) * 100),
        )
        for other in Listing.objects.filter(pk__in=[pk for pk, _sketch in near])
        if (told := text_of(other))
    ]
    kept = [one for one in found if limits.shows(one.percent, one.contained)]
    return sorted(kept, key=lambda one: (-one.percent, one.code))[:5]


def concerns_of(listing: Listing) -> Concerns:
    """Return all a reviewer should look at beside the words themselves."""
    return Concerns(findings_of(listing), alike(listing))


def public_contacts(listing: Listing) -> list[tuple[str, Found]]:
    """Return the contacts in what everybody would read, each with its field or paper."""
    public = shown_at(listing, Level.PUBLIC)
    told = [
        (name, words)
        for name, words in public.fields.items()
        if isinstance(words, str) and name != "member"
    ]
    owners = public.fields.get("owners", ())
    told.append(("owners", " ; ".join(name for name, _share in owners)))
    told += [
        (paper.title, f"{paper.title} {paper.name} {paper.text}")
        for paper in public.papers
    ]
    return [(name, found) for name, words in told for found in contacts_in(words)]
