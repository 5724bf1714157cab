"""Who takes part in the exchange."""

from __future__ import annotations

from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class MemberKind(StrEnum):
    """As what somebody takes part."""

    ENTERPRISE = "enterprise"
    INSTITUTE = "institute"
    FUND = "fund"
    AGENCY = "agency"
    PLATFORM = "platform"
    EXPERT = "expert"


class Tier(StrEnum):
    """How well the exchange knows a member."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    PARTNER = "partner"


_BUSINESS, _SCIENCE = "enterprise", "institute"
FITTING = {
    MemberKind.ENTERPRISE: {_BUSINESS},
    MemberKind.INSTITUTE: {_SCIENCE},
    # The directory knows no kind of its own for funds and linked platforms.
    MemberKind.FUND: {_BUSINESS, _SCIENCE},
    MemberKind.PLATFORM: {_BUSINESS, _SCIENCE},
}
"""As what organisations of the directory's kinds take part; public bodies as agencies."""
SHORTEST_PROFILE, LONGEST_PROFILE = 40, 3_000


def check_kind(kind: MemberKind, organisation: str | None) -> None:
    """Refuse a kind of member that is not what the directory says somebody is.

    `organisation` is the directory's kind of organisation, None for a person.
    """
    if organisation is None:
        fits = kind is MemberKind.EXPERT
    elif kind is MemberKind.AGENCY:
        fits = organisation not in {_BUSINESS, _SCIENCE}
    else:
        fits = organisation in FITTING.get(kind, set())
    if not fits:
        raise RuleBroken(
            N_("The directory says something else. Choose what fits, or have it corrected there."),
            field="kind",
        )  # fmt: skip


def check_profile(text: str) -> str:
    """Return what a member says of itself, trimmed; refuse too little or too much."""
    told = text.strip()
    if not SHORTEST_PROFILE <= len(told) <= LONGEST_PROFILE:
        raise RuleBroken(
            N_("Write between %(least)s and %(most)s characters."),
            field="profile_vi",
            least=SHORTEST_PROFILE,
            most=LONGEST_PROFILE,
        )
    return told
