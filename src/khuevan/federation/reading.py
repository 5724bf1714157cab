"""A partner's page of changes, read with care: what does not fit is no reason to stop."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field as Bounds, StringConstraints, ValidationError

from khuevan.exchange.public import (
    Declared,
    Field,
    IpStatus,
    Kind,
    Licence,
    Owner,
    Stage,
    Territory,
    Told,
    Verification,
)
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken


Line = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=250)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=20_000)]
Money = Annotated[int, Bounds(ge=0, le=10**16)]
E = TypeVar("E", bound=StrEnum)
_UNTOLD = timedelta(days=365)
"""So long a listing is taken to hold whose origin names no last day."""


class Origin(BaseModel):
    """Where the partner has a listing from, where it is not its own."""

    base: Line


class Fields(BaseModel):
    """What a listing says; names as in our own description."""

    title_vi: Line
    title_en: Line = ""
    summary_vi: Text = ""
    summary_en: Text = ""
    field: Line = ""
    ipc: list[Line] = []
    nace: list[Line] = []
    territory: Line = ""
    stage: Line = ""
    trl: Annotated[int, Bounds(ge=1, le=9)] | None = None
    trl_most: Annotated[int, Bounds(ge=1, le=9)] | None = None
    trl_evidence: Text = ""
    advantage: Text = ""
    advantage_en: Text = ""
    advantage_against: Line = ""
    description: Text = ""
    description_en: Text = ""
    ip_status: Line = ""
    ip_number: Annotated[str, StringConstraints(max_length=40)] = ""
    ip_until: date | None = None
    owners: list[tuple[Line, Annotated[int, Bounds(ge=1, le=10_000)]]] = []
    state_funded: bool | None = None
    licence: Line = ""
    licence_terms: Text = ""
    price_from: Money | None = None
    price_to: Money | None = None
    outcome: Text = ""
    outcome_en: Text = ""
    data_available: Text = ""
    criteria: Text = ""
    criteria_en: Text = ""
    deadline: date | None = None
    trial_possible: bool | None = None
    takes_restricted: bool | None = None
    member: Line = ""


class Listing(BaseModel):
    """A listing as the partner's API tells it."""

    kind: Line
    verification: Line = ""
    published_at: datetime | None = None
    expires_on: date | None = None
    fields: Fields
    origin: Origin | None = None


class Change(BaseModel):
    """One line of the partner's feed; what its listing says is read apart."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00/]+$")]  # fmt: skip
    change: Line
    listing: dict[str, Any] | None = None


class Page(BaseModel):
    """A page of the partner's feed."""

    exchange: Line
    licence: Annotated[str, StringConstraints(max_length=300, pattern=r"^https?://|^$")] = ""  # fmt: skip
    changes: list[Change] = Bounds(max_length=1_000)
    cursor: Annotated[str, StringConstraints(max_length=200)]
    more: bool


def read_listing(told: dict[str, Any]) -> Listing:
    """Return what a partner says of a listing; RuleBroken where it cannot be read."""
    try:
        return Listing.model_validate(told)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise RuleBroken(
            N_("What came cannot be read at %(place)s."), place=place[:100]
        ) from fault


def declared_of(listing: Listing) -> Declared:
    """Return a partner's listing in our words; a code we do not know says nothing.

    Raises RuleBroken for a kind of listing we do not have.
    """
    kind = _known(Kind, listing.kind)
    if kind is None:
        raise RuleBroken(N_("We have no listings of the kind %(kind)s."), kind=listing.kind[:50])  # fmt: skip
    told = listing.fields.model_dump(exclude={"member", "owners", "field", "territory", "stage", "ip_status", "licence"})  # fmt: skip
    one = listing.fields
    said = Told(
        kind=kind,
        **told | {"ipc": tuple(one.ipc), "nace": tuple(one.nace)},
        field=_known(Field, one.field),
        territory=_known(Territory, one.territory),
        stage=_known(Stage, one.stage),
        ip_status=_known(IpStatus, one.ip_status),
        licence=_known(Licence, one.licence),
        owners=tuple(Owner(name, share) for name, share in one.owners),
    )
    now = clock.now()
    published = listing.published_at
    if published is None or published.tzinfo is None or published > now:
        published = now
    return Declared(
        said,
        one.member,
        _known(Verification, listing.verification) or Verification.DECLARED,
        published,
        listing.expires_on or clock.local_day(now + _UNTOLD),
    )


def _known(words: type[E], told: str) -> E | None:
    try:
        return words(told)
    except ValueError:
        return None
