"""Attaching papers to a listing, each with who may read it."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from khuevan.directory.public import Person
from khuevan.exchange.access import may_list
from khuevan.exchange.facts import record_listing
from khuevan.exchange.models import Listing, ListingPaper
from khuevan.exchange.rules.disclosing import Level
from khuevan.exchange.rules.listings import EDITABLE
from khuevan.exchange.rules.papers import Reading
from khuevan.platform import files
from khuevan.platform.errors import N_, RuleBroken

from .common import keep_words, locked, require


MOST_PAPERS = 10
READ = "khuevan.exchange_read_paper"
"""The worker's task that reads the words of a paper."""


@transaction.atomic
def attach_paper(
    *,
    listing: Listing,
    content: bytes,
    name: str,
    title: str,
    level: Level,
    by: Person | None,
) -> ListingPaper:
    """Attach a paper of at most 20 MB to a draft; the worker reads its words afterwards.

    Raises InputRefused for a file that is not acceptable, RuleBroken for the eleventh
    paper and a listing that is no draft.
    """
    listing = locked(listing)
    require(may_list(by, listing.member))
    _check_draft(listing)
    if listing.papers.count() >= MOST_PAPERS:
        raise RuleBroken(
            N_("A listing has at most %(most)s papers. Take one off first."),
            field="file",
            most=MOST_PAPERS,
        )
    kept = files.keep(content, name)
    paper = ListingPaper.objects.create(
        listing=listing,
        file=kept,
        title=title.strip() or kept.name[:150],
        level=level,
        reading=Reading.WAITING,
    )
    app.configure_task(READ).defer(paper_id=str(paper.pk))
    record_listing("paper_attached", listing, by=by, level=str(level))
    return paper


@transaction.atomic
def keep_reading(
    *, paper: ListingPaper, reading: Reading, text: str = "", by: Person | None
) -> ListingPaper:
    """Keep the words that were read in a paper, or why there are none; said once."""
    require(by is None)
    listing = locked(paper.listing)
    paper = ListingPaper.objects.select_for_update().get(pk=paper.pk)
    if paper.reading != Reading.WAITING:
        return paper
    paper.reading, paper.text = reading, text
    paper.save(update_fields=["reading", "text"])
    keep_words(listing)
    record_listing("paper_read", listing, by=by, reading=str(reading), characters=len(text))  # fmt: skip
    return paper


@transaction.atomic
def remove_paper(*, paper: ListingPaper, by: Person | None) -> None:
    """Take a paper off a draft; its bytes stay in the store, as the records refer to it."""
    listing = locked(paper.listing)
    require(may_list(by, listing.member))
    _check_draft(listing)
    paper.delete()
    keep_words(listing)
    record_listing("paper_removed", listing, by=by)


def _check_draft(listing: Listing) -> None:
    if listing.state not in EDITABLE:
        raise RuleBroken(
            N_("Only a draft can be changed. Take the listing off to rewrite it.")
        )
