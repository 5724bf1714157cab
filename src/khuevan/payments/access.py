"""Who may open and close orders, take cash, give money back and settle differences.

Whether a thing may cost money at all is for the app that owns it: it asks its own
rules before it opens an order, and may let more people handle its orders.
"""

from __future__ import annotations

from uuid import UUID

from khuevan.directory.public import Organisation, Person, Role

from .models import Order, StatementLine
from .payables import payable_of


WORKERS = (Role.HEAD, Role.OFFICIAL)


def works_for(person: Person, organisation_id: object) -> bool:
    """Tell whether somebody works for a body, or for one above it."""
    authority = person.authority
    return organisation_id in authority.organisations and authority.has(*WORKERS)


def may_handle(person: Person | None, order: Order) -> bool:
    """Cancel, take cash, refund: people of the beneficiary, or whom the payable names."""
    if person is None or works_for(person, order.beneficiary_id):
        return True
    payable = payable_of(order.subject)
    return bool(payable and payable.may_handle(order.subject, person))


def may_cancel(person: Person | None, order: Order) -> bool:
    """Cancel: the payer too, where the payable leaves it to them whether to pay."""
    payable = payable_of(order.subject)
    free = payable is None or payable.payer_may_cancel
    payer = person is not None and order.payer_id == person.pk
    return (payer and free) or may_handle(person, order)


def may_reconcile(person: Person | None) -> bool:
    """Compare days with the bank: operators, and the system every night."""
    return person is None or person.authority.has(Role.OPERATOR)


def may_read_days(person: Person) -> bool:
    """Read the comparison: officials, inspection, leaders and operators."""
    authority = person.authority
    return authority.reads_everything or authority.has(*WORKERS, Role.OPERATOR)


def may_read_books(person: Person, organisation_id: UUID) -> bool:
    """Open the entries of a body's books: its head, and those who read everything."""
    authority = person.authority
    return authority.reads_everything or authority.has_in(organisation_id, Role.HEAD)


def may_resolve(person: Person, line: StatementLine) -> bool:
    """Settle a difference: people of its owner, operators where nobody owns it."""
    if line.owner_id is None:
        return person.authority.has(Role.OPERATOR)
    return works_for(person, line.owner_id)


def may_keep_accounts(person: Person | None, organisation: Organisation) -> bool:
    """Name the account money goes to: operators, and the head of the body."""
    return (
        person is None
        or person.authority.has(Role.OPERATOR)
        or person.authority.has_in(organisation.pk, Role.HEAD)
    )
