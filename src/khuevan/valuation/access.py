"""Who asks for a valuation, who values, and who keeps the list of those who may."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock

from .dated import keeper_on
from .models import ACTING, Appraisal, Valuation


_KEEPING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL)


def may_ask(person: Person | None, owner: Organisation) -> bool:
    """Ask for a valuation for an organisation: who holds a post there."""
    return person is None or person.authority.has_in(owner.pk, *ACTING)


def may_lead(person: Person | None, valuation: Valuation) -> bool:
    """Appoint appraisers and cancel: the side that asked."""
    return may_ask(person, valuation.owner)


def may_value(person: Person | None, appraisal: Appraisal) -> bool:
    """Work on an opinion: its appraiser alone, while still on the list."""
    appraiser = appraisal.appraiser
    return (
        person is not None
        and appraiser.person_id == person.pk
        and appraiser.ended_at is None
        and appraiser.until >= clock.today()
    )


def keeps_the_list(person: Person | None) -> bool:
    """Register appraisers, settle what two opinions leave open: people of the keeper."""
    if person is None:
        return True
    code = keeper_on(clock.today())
    posts = [h.organisation_id for h in person.authority.holdings if h.role in _KEEPING]
    return Organisation.objects.filter(pk__in=posts, code=code).exists()
