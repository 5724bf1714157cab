"""Who reads which part of a listing.

Fields stand in groups; the member says for each group who reads it. The headline is
always public once the listing is published: nobody can look for what nobody sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from khuevan.platform.errors import N_, RuleBroken


class Level(StrEnum):
    """Who may read something, the widest circle first."""

    PUBLIC = "public"
    MEMBERS = "members"
    NDA = "nda"


class Clearance(StrEnum):
    """How far somebody reads into one listing, the least first."""

    PUBLIC = "public"
    MEMBERS = "members"
    NDA = "nda"
    ALL = "all"


class Group(StrEnum):
    """Fields that are opened together."""

    HEADLINE = "headline"
    PROVIDER = "provider"
    ADVANTAGE = "advantage"
    TECHNICAL = "technical"
    RIGHTS = "rights"
    TERMS = "terms"


FIELDS: Mapping[Group, tuple[str, ...]] = {
    Group.HEADLINE: (
        "title_vi", "title_en", "summary_vi", "summary_en", "field", "ipc", "nace",
        "stage", "trl", "trl_most", "outcome", "outcome_en", "deadline", "trial_possible", "takes_restricted",
    ),
    Group.PROVIDER: ("member",),
    Group.ADVANTAGE: ("advantage", "advantage_en", "advantage_against"),
    Group.TECHNICAL: ("description", "description_en", "trl_evidence", "data_available", "criteria", "criteria_en"),
    Group.RIGHTS: ("ip_status", "ip_number", "ip_until", "owners", "state_funded"),
    Group.TERMS: ("territory", "licence", "licence_terms", "price_from", "price_to"),
}  # fmt: skip
"""Every field of a listing that says something, each in one group."""
USUAL: Mapping[Group, Level] = {
    Group.HEADLINE: Level.PUBLIC,
    Group.PROVIDER: Level.PUBLIC,
    Group.ADVANTAGE: Level.PUBLIC,
    Group.TECHNICAL: Level.NDA,
    Group.RIGHTS: Level.MEMBERS,
    Group.TERMS: Level.MEMBERS,
}
"""Who reads a group where the member says nothing else."""
_ORDER = list(Clearance)


def reads(clearance: Clearance, level: Level) -> bool:
    """Tell whether somebody with this clearance reads what is open to a level."""
    return _ORDER.index(clearance) >= _ORDER.index(Clearance(level))


def level_of(group: Group, levels: Mapping[str, str]) -> Level:
    """Return who reads a group of a listing."""
    if group is Group.HEADLINE:
        return Level.PUBLIC
    return Level(levels.get(group, USUAL[group]))


def visible_groups(
    levels: Mapping[str, str], clearance: Clearance
) -> tuple[Group, ...]:
    """Return the groups somebody reads, in their order."""
    return tuple(g for g in Group if reads(clearance, level_of(g, levels)))


def visible_fields(levels: Mapping[str, str], clearance: Clearance) -> frozenset[str]:
    """Return the names of the fields somebody reads."""
    groups = visible_groups(levels, clearance)
    return frozenset(name for group in groups for name in FIELDS[group])


def check_levels(levels: Mapping[str, str]) -> dict[str, str]:
    """Return a member's choice with the usual levels filled in.

    Raises RuleBroken for unknown groups or levels, and for a headline that is not public.
    """
    known, words = set(Group), set(Level)
    for group, level in levels.items():
        if group not in known or level not in words:
            raise RuleBroken(
                N_("“%(group)s: %(level)s” is no level of disclosure."),
                field="levels",
                group=str(group)[:30],
                level=str(level)[:30],
            )
    if levels.get(Group.HEADLINE, Level.PUBLIC) != Level.PUBLIC:
        raise RuleBroken(
            N_("The headline of a listing is public: what nobody reads nobody finds."),
            field="levels",
        )
    return {group.value: level_of(group, levels).value for group in Group}
