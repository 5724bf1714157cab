"""Who stands how in the pool, and which ties keep somebody from advising."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from khuevan.platform.contacts import contacts_by_field, refuse_contacts
from khuevan.platform.errors import N_, RuleBroken


class Standing(StrEnum):
    """How somebody stands in the pool."""

    PROPOSED = "proposed"  # by another: they have not said yet that they want to
    APPLIED = "applied"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


WAITING = (Standing.PROPOSED, Standing.APPLIED)


class Tie(StrEnum):
    """What binds an expert to an organisation."""

    POST = "post"  # a post there, as the directory knows it
    WORKED = "worked"
    OWNS = "owns"
    ADVISES = "advises"
    FAMILY = "family"


DECLARED = (Tie.WORKED, Tie.OWNS, Tie.ADVISES, Tie.FAMILY)
"""Ties an expert declares; posts come from the directory."""

LANGUAGES = ("vi", "en", "fr", "de", "ja", "ko", "zh", "ru")
"""Languages one may offer to advise in: codes of ISO 639-1."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A tie between an expert and a side of a matter; `until` None while it lasts."""

    expert: UUID
    tie: Tie
    organisation: UUID
    name: str
    since: date | None
    until: date | None


def counts(since: date | None, until: date | None, on: date, cooling: int) -> bool:
    """Tell whether a tie keeps somebody from advising on a day.

    It does while it lasts, and for `cooling` days after its end.
    """
    if since is not None and on < since:
        return False
    return until is None or on <= until + timedelta(days=cooling)


def check_profile(headline: str, fields: set[str], languages: set[str], known: set[str]) -> None:  # fmt: skip
    """Refuse a profile that says nothing, or names fields or languages nobody knows."""
    if len(headline.strip()) < 10:
        raise RuleBroken(N_("Say in at least 10 characters what you advise on."), field="headline")  # fmt: skip
    if not fields or not fields <= known:
        raise RuleBroken(N_("Choose at least one of the fields."), field="fields")
    if not languages or not languages <= set(LANGUAGES):
        raise RuleBroken(N_("Choose at least one of the languages."), field="languages")


def check_public_words(told: Mapping[str, str]) -> None:
    """Refuse contacts in words everybody reads, by field; InputRefused names each."""
    refuse_contacts(contacts_by_field(told), N_("Take it out: who wants advice asks through the pool."))  # fmt: skip


def check_rate(amount: int, valid_from: date, today: date, latest: date | None) -> None:
    """Refuse a rate that is none, or that would change what was asked before today."""
    if amount < 0:
        raise RuleBroken(N_("A rate is 0 đồng or more for an hour."), field="amount")
    if valid_from < today:
        raise RuleBroken(N_("A rate holds from today on, or from a later day."), field="valid_from")  # fmt: skip
    if latest is not None and valid_from <= latest:
        raise RuleBroken(
            N_("There is a rate from %(day)s on already: name a later day."),
            field="valid_from", day=f"{latest:%d/%m/%Y}",
        )  # fmt: skip
