"""Money that left for whom it was owed to: noted, so that the bank's list can be held against it."""

from __future__ import annotations

from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.payments.gateways import SANDBOX, TRANSFER, sandbox_is_open
from khuevan.payments.models import Payout
from khuevan.payments.sandbox import remember_payout
from khuevan.platform.errors import N_, RuleBroken


LONGEST_NUMBER = 80


@transaction.atomic
def note_payout(
    *, subject: str, owner: Organisation, amount: int, number: str, by: Person | None
) -> Payout:
    """Note that a body paid somebody from its account; `number` is the bank's, amount in đồng.

    The calling app has asked who may, and whether so much is owed. The same number again
    returns the same. Without a number the invented bank makes the transfer, where it
    plays along. Raises RuleBroken without a number, or where it is another transfer's.
    """
    gateway, name = TRANSFER, number.strip()[:LONGEST_NUMBER]
    if not name and sandbox_is_open():
        gateway, name = SANDBOX, remember_payout(subject, amount).transaction
    if not name:
        raise RuleBroken(N_("Give the number of the transfer."), field="reference")
    told = {"subject": subject, "owner": owner, "amount": amount}
    noted, is_new = Payout.objects.get_or_create(gateway=gateway, transaction=name, defaults=told | {"noted_by": by})  # fmt: skip
    if not is_new and any(getattr(noted, k) != v for k, v in told.items()):
        raise RuleBroken(
            N_("Transfer %(number)s was noted for something else, or with another sum."),
            field="reference", number=name,
        )  # fmt: skip
    if is_new:
        record("payments.payout_noted", subject=noted.ref, by=by, amount=amount, gateway=gateway, about=subject)  # fmt: skip
    return noted
