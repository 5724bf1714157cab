"""Who lists, who reviews, and who reads what is for after an NDA."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person, Role
from khuevan.platform import clock

from .dated import operator_on
from .models import Listing, Member


REVIEWING = (Role.HEAD, Role.DIVISION_HEAD, Role.OFFICIAL)


def may_join(person: Person | None, organisation: Organisation | None) -> bool:
    """Become a member: for oneself, or the head or member of an organisation for it."""
    if person is None:
        return True
    return organisation is None or person.authority.has_in(
        organisation.pk, Role.HEAD, Role.MEMBER
    )


def may_list(person: Person | None, member: Member) -> bool:
    """Write, submit, renew and withdraw listings: who speaks for the member."""
    if person is None:
        return True
    return Member.objects.acted_for_by(person).filter(pk=member.pk).exists()


def takes_part(person: Person | None) -> bool:
    """Save searches: whoever speaks for a member."""
    if person is None:
        return False
    return Member.objects.acted_for_by(person).exists()


def works_for_exchange(person: Person | None) -> bool:
    """Tell whether somebody holds a reviewing post at the exchange's operator today."""
    if person is None:
        return False
    code = operator_on(clock.today())
    posts = {
        h.organisation_id for h in person.authority.holdings if h.role in REVIEWING
    }
    return Organisation.objects.filter(pk__in=posts, code=code).exists()


def may_review(person: Person | None, listing: Listing) -> bool:
    """Review a listing: people of the operator who did not submit it.

    Somebody who also speaks for the member reviews nothing of it, unless the member is
    the operator itself, whose needs its other people review.
    """
    if person is None or not works_for_exchange(person):
        return False
    if person.pk == listing.submitted_by_id:
        return False
    body = listing.member.organisation
    own = body is not None and body.code == operator_on(clock.today())
    return own or not may_list(person, listing.member)


def may_publish(person: Person | None, listing: Listing) -> bool:
    """Take the second review: somebody other than who took the first."""
    return (
        may_review(person, listing)
        and person is not None
        and person.pk != listing.checked_by_id
    )


def may_vouch(person: Person | None) -> bool:
    """Say how well the exchange knows a member: people of the operator."""
    return works_for_exchange(person)


def may_watch(person: Person | None) -> bool:
    """Note late reviews and let listings expire: the system."""
    return person is None
