"""Where deals and contracts meet: the one place that changes when they are joined.

Deals hand over what was agreed (`agreed_paper`) and take back three days: signed,
registered, in effect (`heard`). Until `contracts` draws up, signs and registers the paper,
the exchange's people note these days from the paper they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from khuevan.contracts.public import Terms
from khuevan.directory.public import Organisation, Person

from .actions import note_registered, note_signed, take_effect
from .models import Deal
from .rules.states import Part


@dataclass(frozen=True, slots=True)
class PartyOf:
    """One side of an agreed deal."""

    part: Part
    name: str
    organisation: Organisation | None
    person: Person | None


@dataclass(frozen=True, slots=True)
class AgreedPaper:
    """Everything a contract is drawn up from."""

    deal: str
    code: str
    listing: str
    version: int
    terms: Terms
    state_funded: bool | None
    parties: tuple[PartyOf, ...]


def agreed_paper(deal: UUID) -> AgreedPaper:
    """Return what both sides of a deal agreed to; fails where they have not."""
    found = Deal.objects.prefetch_related("parties").get(pk=deal)
    version = found.versions.get(agreed_at__isnull=False)
    return AgreedPaper(
        found.ref, found.code, found.listing_code, version.number, version.told,
        found.state_funded,
        tuple(
            PartyOf(Part(p.part), p.name, p.organisation, p.person)
            for p in found.parties.order_by("part")
        ),
    )  # fmt: skip


_WORDS: Mapping[str, tuple[Callable[..., Deal], str]] = {
    "signed": (note_signed, "signed_on"),
    "registered": (note_registered, "registered_on"),
    "in_effect": (take_effect, "effective_on"),
}


def heard(deal: UUID, word: str, day: date, by: Person | None = None) -> None:
    """Take what happened to a deal's contract: `signed`, `registered` or `in_effect` on a day."""
    action, field = _WORDS[word]
    action(deal=Deal.objects.get(pk=deal), **{field: day}, by=by)
