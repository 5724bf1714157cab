"""Signing: each side with its person's and its organisation's certificate."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction

from khuevan.contracts.access import may_call_off, may_end, sides_bound_by
from khuevan.contracts.drafting import duty_foreseen, duty_to_json
from khuevan.contracts.facts import record_contract
from khuevan.contracts.models import Contract, Signature
from khuevan.contracts.queries.standing import amends_what_ended, view_of
from khuevan.contracts.rules.duty import Side
from khuevan.contracts.rules.states import OPEN, Ending, State
from khuevan.contracts.subjects import kept_by
from khuevan.contracts.values import ContractView
from khuevan.directory.public import Person
from khuevan.platform import clock, files
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.signing import added_signatures, sign_pdf

from .common import enter_force, locked, move, require


@transaction.atomic
def sign_contract(*, contract: UUID, by: Person) -> ContractView:
    """Sign for the side one may bind; the paper keeps what was signed before.

    With the second side's signature it is dated and its duty towards the State is known:
    it takes effect at once, or waits for a certificate or licence. Signing again changes
    nothing. Raises RuleBroken where it waits for no signature, or one binds both sides.
    """
    row = locked(contract)
    side = _side(row, by)
    if not _signs_now(row, side):
        return view_of(row)
    if settings.SIGNING_PKCS12:
        # The configured certificate is the city's: it must not stand for a side.
        raise RuleBroken(N_("Sign the paper with your own certificate and send the signed file."))  # fmt: skip
    _take(row, side, _signed(row, side, by), by)
    return view_of(row)


@transaction.atomic
def take_signed_file(*, contract: UUID, content: bytes, by: Person) -> ContractView:
    """Take the paper as it stands with a side's signatures, made with its own certificate.

    Raises InputRefused where more than signatures was added, RuleBroken where they are
    none, damaged, or of an authority nobody here trusts.
    """
    row = locked(contract)
    side = _side(row, by)
    if not _signs_now(row, side):
        return view_of(row)
    added = added_signatures(files.read(row.file), content)
    if not added or not all(report.intact for report in added):
        raise RuleBroken(N_("This file has no new signature that holds. Download the paper, sign it, and send that file."), field="file")  # fmt: skip
    if not all(report.trusted for report in added):
        raise RuleBroken(N_("The certificate is of an authority that is not trusted here: sign with another one."), field="file")  # fmt: skip
    if not added[-1].covers_whole_document:
        raise RuleBroken(N_("Something was added after the signature. Download the paper again, sign it, and send that file."), field="file")  # fmt: skip
    _take(row, side, content, by)
    return view_of(row)


@transaction.atomic
def call_off_contract(*, contract: UUID, words: str, by: Person | None) -> ContractView:
    """Call off what does not bind yet: not signed by both, or refused by the authority.

    Also an amendment that waits for the authority once what it amends has ended.
    """
    row = locked(contract)
    require(may_call_off(by, row))
    if not words.strip():
        raise RuleBroken(N_("Say why it is called off."), field="words")
    if row.state == State.SIGNED and not (row.refusal or amends_what_ended(row)):
        raise RuleBroken(N_("Both sides signed %(number)s, and the authority has not refused it: it cannot be called off."), number=row.number)  # fmt: skip
    move(row, State.CANCELLED)
    row.ended_on, row.due_on = clock.today(), None
    row.ending_words = words.strip()[:500]
    row.save()
    record_contract("contract_called_off", row, by=by)
    return view_of(row)


@transaction.atomic
def end_contract(
    *, contract: UUID, ending: Ending, words: str = "", by: Person | None
) -> ContractView:
    """Say that a contract in force is fulfilled, or ended before its time and why.

    Raises RuleBroken where it ends with what it is about: there money may still be held.
    """
    row = locked(contract)
    require(may_end(by, row))
    if by is not None and (code := kept_by(row.subject)):
        raise RuleBroken(N_("%(number)s ends with %(code)s: end that one."), number=row.number, code=code)  # fmt: skip
    if ending not in {Ending.COMPLETED, Ending.TERMINATED}:
        raise RuleBroken(N_("A contract ends like this by itself."), field="ending")
    if ending is Ending.TERMINATED and not words.strip():
        raise RuleBroken(N_("Say why it ends before its time."), field="words")
    _end(row, ending, words)
    record_contract("contract_ended", row, by=by, ending=ending)
    return view_of(row)


def _signs_now(row: Contract, side: Side) -> bool:
    """Tell whether a side's signature changes anything; refuse where none is waited for."""
    if row.signatures.filter(side=side).exists():
        return False
    if row.state not in OPEN:
        raise RuleBroken(N_("%(number)s waits for no signature."), number=row.number)
    return True


def _take(row: Contract, side: Side, content: bytes, by: Person) -> None:
    row.file = files.keep(content, f"{row.number}.pdf")
    both = row.state == State.HALF_SIGNED
    Signature.objects.create(
        contract=row, side=side, person=by, at=clock.now(), file=row.file
    )
    if both:
        _conclude(row)
    else:
        move(row, State.HALF_SIGNED)
    row.save()
    record_contract(
        "contract_signed", row, by=by, side=side, sha256=row.file.sha256,
        signed_on=row.signed_on, in_force_on=row.in_force_on,
        duty=row.duty and row.duty["kind"], due_on=row.due_on,
    )  # fmt: skip


def _end(row: Contract, ending: Ending, words: str = "") -> None:
    move(row, State.ENDED)
    row.ended_on, row.ending = clock.today(), ending
    row.ending_words = words.strip()[:500]
    row.save()


def _side(row: Contract, by: Person) -> Side:
    bound = sides_bound_by(by, row)
    require(bool(bound))
    if len(bound) > 1:
        raise RuleBroken(
            N_("You may bind both sides; nobody makes a contract with themselves. Let somebody else sign."),
        )  # fmt: skip
    [side] = bound
    return side


def _signed(row: Contract, side: Side, by: Person) -> bytes:
    """Return the paper with two more signatures: the person's, then the organisation's."""
    body = row.organisation_of(side).name
    reason = f"Ký {row.number}"
    by_person = sign_pdf(
        files.read(row.file), signer_name=by.full_name, organisation=body, reason=reason
    )
    return sign_pdf(by_person, signer_name=body, organisation=body, reason=reason)


def _conclude(row: Contract) -> None:
    today = clock.today()
    duty = duty_foreseen(row, today)
    row.signed_on, row.duty, row.due_on = today, duty_to_json(duty), duty.due_on
    if duty.waits:
        move(row, State.SIGNED)
    else:
        enter_force(row, today)
