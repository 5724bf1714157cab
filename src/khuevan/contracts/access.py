"""Who draws up, signs, files and ends contracts, and who notes what a ministry decided."""

from __future__ import annotations

from khuevan.directory.public import Organisation, Person, Role, Scope
from khuevan.exchange.public import ACTING, works_for_exchange

from .drafting import duty_told
from .models import Contract
from .rules.duty import Side
from .values import Sides


BINDING = (Role.HEAD, Role.MEMBER)
"""Posts whose holders may bind their organisation, themselves or by mandate to sign."""


def sides_bound_by(person: Person, contract: Contract) -> frozenset[Side]:
    """Return for which sides of a contract somebody may sign."""
    authority = person.authority.within(Scope.SIGNING)
    return frozenset(
        side
        for side in Side
        if authority.has_in(contract.organisation_of(side).pk, *BINDING)
    )


def may_draw_up(person: Person | None, sides: Sides) -> bool:
    """Draw up a paper: people of either side, and the exchange's."""
    return (
        person is None
        or _acts_for(person, sides.giver)
        or _acts_for(person, sides.taker)
        or works_for_exchange(person)
    )


def may_sign(person: Person, contract: Contract) -> bool:
    """Sign: those who may bind exactly one side.

    Nobody concludes a contract with themselves (Civil Code 91/2015/QH13 Art. 141).
    """
    return len(sides_bound_by(person, contract)) == 1


def may_call_off(person: Person | None, contract: Contract) -> bool:
    """Call off a paper before it binds: those who may bind a side."""
    return person is None or bool(sides_bound_by(person, contract))


def may_end(person: Person | None, contract: Contract) -> bool:
    """Say that a contract in force is done or ended: those who may bind a side."""
    return person is None or bool(sides_bound_by(person, contract))


def may_register(person: Person | None, contract: Contract, filer: Side) -> bool:
    """Open the dossier of registration: those who may bind the side that files."""
    return person is None or filer in sides_bound_by(person, contract)


def may_note_decision(person: Person | None) -> bool:
    """Note what an authority outside this platform decided: the exchange's people."""
    return person is None or works_for_exchange(person)


def may_take_papers(person: Person | None, contract: Contract) -> bool:
    """Take the papers for a ministry: who acts for the side that files, the exchange's people."""
    duty = duty_told(contract.duty)
    if person is None or duty is None:
        return person is None
    body = contract.organisation_of(duty.filer or Side.TAKER)
    return _acts_for(person, body) or works_for_exchange(person)


def may_watch(person: Person | None) -> bool:
    """Note what fell late and end what ran out: the system."""
    return person is None


def _acts_for(person: Person, body: Organisation) -> bool:
    return person.authority.has_in(body.pk, *ACTING)
