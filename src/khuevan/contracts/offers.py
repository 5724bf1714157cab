"""What somebody can do with a contract now: each with its form and its action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.directory.public import Person

from . import actions
from .access import (
    may_call_off,
    may_end,
    may_note_decision,
    may_register,
    may_sign,
    sides_bound_by,
)
from .drafting import duty_told
from .forms import (
    CallOffForm,
    DecisionForm,
    EndForm,
    FileForm,
    FilingForm,
    RegisterForm,
    SignForm,
)
from .models import Contract
from .queries.standing import amends_what_ended, filed_here
from .rules.duty import Kind
from .rules.states import OPEN, Ending, State
from .subjects import kept_by


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of the page: its words, its form, when it is there, and what it does."""

    label: str | Promise
    note: str | Promise
    form: type[forms.Form]
    fits: Callable[[Contract, Person], bool]
    do: Callable[[Contract, dict[str, Any], Person], Any]
    main: bool = False


def _can_sign(contract: Contract, person: Person) -> bool:
    if contract.state not in OPEN or not may_sign(person, contract):
        return False
    [side] = sides_bound_by(person, contract)
    return not contract.signatures.filter(side=side).exists()


def _can_sign_here(contract: Contract, person: Person) -> bool:
    """Tell whether the platform signs for a side: only where it makes certificates itself."""
    return not settings.SIGNING_PKCS12 and _can_sign(contract, person)


def _can_call_off(contract: Contract, person: Person) -> bool:
    over = contract.refusal or amends_what_ended(contract)
    refused = contract.state == State.SIGNED and over
    return bool(contract.state in OPEN or refused) and may_call_off(person, contract)


def _can_register(contract: Contract, person: Person) -> bool:
    duty = duty_told(contract.duty)
    if duty is None or duty.filer is None or contract.dossier or contract.certificate:
        return False
    living = contract.state in {State.SIGNED, State.IN_FORCE}
    return living and filed_here(contract) and may_register(person, contract, duty.filer)  # fmt: skip


def _can_note(contract: Contract, person: Person) -> bool:
    duty = duty_told(contract.duty)
    owes = duty is not None and duty.kind in {Kind.MANDATORY, Kind.LICENCE}
    return bool(owes and contract.state == State.SIGNED and not contract.dossier) and may_note_decision(person)  # fmt: skip


def _can_note_filing(contract: Contract, person: Person) -> bool:
    duty = duty_told(contract.duty)
    if duty is None or duty.filer is None or contract.state != State.SIGNED:
        return False
    open_here = contract.dossier or contract.filed_on or filed_here(contract)
    may = may_note_decision(person) or may_register(person, contract, duty.filer)
    return not open_here and may


def _can_end(contract: Contract, person: Person) -> bool:
    free = contract.state == State.IN_FORCE and not kept_by(contract.subject)
    return free and may_end(person, contract)


OFFERS = {
    "sign": Offer(
        _("Sign"),
        _("Your own and your organisation's certificate sign the paper. It cannot be taken back."),
        SignForm,
        _can_sign_here,
        lambda c, data, by: actions.sign_contract(contract=c.pk, by=by),
        main=True,
    ),
    "signed-file": Offer(
        _("Send the paper signed with your own certificate"),
        _("Download the paper, sign it with your own program or token, and send that file. Nothing else may change in it."),
        FileForm,
        _can_sign,
        lambda c, data, by: actions.take_signed_file(
            contract=c.pk, content=data["file"].read(), by=by
        ),
    ),
    "register": Offer(
        _("Open the dossier of registration"),
        _("The counter begins a dossier with everything the contract says and the signed paper. Look through it and file it."),
        RegisterForm,
        _can_register,
        lambda c, data, by: actions.open_registration(contract=c.pk, by=by),
        main=True,
    ),
    "filing": Offer(
        _("Note that it was filed"),
        _("For what is filed outside this platform: from then on it waits for the authority."),
        FilingForm,
        _can_note_filing,
        lambda c, data, by: actions.note_filing(
            contract=c.pk, filed_on=data["filed_on"], by=by
        ),
    ),
    "decision": Offer(
        _("Note the authority's decision"),
        _("For what is filed outside this platform: the date of the certificate or licence is the day the contract takes effect."),
        DecisionForm,
        _can_note,
        lambda c, data, by: actions.note_decision(
            contract=c.pk,
            approved=data["approved"] == "yes",
            number=data["number"],
            decided_on=data["decided_on"],
            reason=data["reason"],
            by=by,
        ),
    ),
    "end": Offer(
        _("Say that it has ended"),
        _("Both sides and the exchange read it."),
        EndForm,
        _can_end,
        lambda c, data, by: actions.end_contract(
            contract=c.pk, ending=Ending(data["ending"]), words=data["words"], by=by
        ),
    ),
    "call-off": Offer(
        pgettext_lazy("contract", "Call it off"),
        _("The paper stays in the record and binds nobody."),
        CallOffForm,
        _can_call_off,
        lambda c, data, by: actions.call_off_contract(
            contract=c.pk, words=data["words"], by=by
        ),
    ),
}  # fmt: skip


def offers_for(contract: Contract, person: Person) -> dict[str, Offer]:
    """Return what somebody can do with a contract now, by its slug."""
    return {slug: o for slug, o in OFFERS.items() if o.fits(contract, person)}
