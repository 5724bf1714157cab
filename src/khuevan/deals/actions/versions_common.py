"""What proposing terms and proposing an amendment share: versions put forward and taken back."""

from __future__ import annotations

from khuevan.contracts.public import Terms
from khuevan.deals.models import Deal, Version
from khuevan.deals.rules.states import LONGEST_WORDS, Part
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken


def latest_seen(deal: Deal, after: int) -> Version | None:
    """Return the latest version, None before the first; RuleBroken where it is not `after`.

    So nobody answers what they have not read.
    """
    last = deal.versions.order_by("-number").first()
    number = last.number if last else 0
    if number != after:
        raise RuleBroken(
            N_("Version %(number)s came in meanwhile. Read it first; what you wrote is kept on this page."),
            field="after", number=number,
        )  # fmt: skip
    return last


def put_forward(
    deal: Deal, last: Version | None, terms: Terms, note: str, *, side: Part, by: Person,
    amends: Version | None = None,
) -> Version:  # fmt: skip
    """Write the next version; RuleBroken where it says what the latest, `last`, says."""
    if last and last.stands and last.told == terms:
        raise RuleBroken(N_("This is the same as version %(number)s: agree to it, or change something."), number=last.number)  # fmt: skip
    return Version.objects.create(
        deal=deal, number=(last.number if last else 0) + 1, terms=terms.to_json(),
        part=side, by=by, note=note.strip()[:LONGEST_WORDS], at=clock.now(), amends=amends,
    )  # fmt: skip


def take_back(made: Version, side: Part) -> None:
    """Mark a version as taken back by the side that proposed it; RuleBroken for the other."""
    if made.part != side:
        raise RuleBroken(N_("This is the other side's version: answer it instead."))
    made.taken_back_at = clock.now()
    made.save(update_fields=["taken_back_at"])
