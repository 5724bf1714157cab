"""What is done with partners and with what comes from them; each leaves one fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from khuevan.directory.public import Organisation, Person
from khuevan.exchange.public import (
    Declared,
    Kind,
    Origin,
    TooAlike,
    Verification,
    drop,
    platform_member,
    take_in,
)
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, InputRefused, KhuevanError, RuleBroken

from .access import may_federate
from .dated import silence_on
from .models import Came, Partner, Reason
from .reading import Change, Page, declared_of, read_listing
from .rules import (
    Side,
    Standing,
    Trust,
    check_address,
    check_agreement,
    comes_from,
    is_silent,
)
from .sealing import seal


NEW_PARTNER = N_("Somebody here looks at everything from this partner.")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed on with another exchange: on which day, in which document."""

    name: str
    address: str
    organisation: Organisation
    client_id: str
    secret: str
    takes: Iterable[Side]
    trust: Trust
    agreed_on: date
    document: str


@transaction.atomic
def agree_partner(*, agreement: Agreement, by: Person | None) -> Partner:
    """Begin to read another exchange, on the agreement there is with it."""
    _require(may_federate(by))
    inside = settings.WEBHOOKS_MAY_STAY_INSIDE
    address = check_address(agreement.address, settings.SITE_URL, inside=inside)
    check_agreement(agreement.name, agreement.document, agreement.agreed_on, clock.today())  # fmt: skip
    if Partner.objects.filter(address=address).exists():
        raise RuleBroken(N_("This exchange is a partner already."), field="address")
    takes = [side.value for side in Side if side in set(agreement.takes)]
    if not takes:
        raise RuleBroken(N_("Choose offers, needs or both."), field="takes")
    partner = Partner.objects.create(
        name=agreement.name.strip(),
        address=address,
        organisation=agreement.organisation,
        client_id=agreement.client_id.strip(),
        sealed=seal(agreement.secret.strip()),
        takes=takes,
        trust=agreement.trust,
        agreed_on=agreement.agreed_on,
        document=agreement.document.strip(),
        begun_at=clock.now(),
    )
    record(
        "federation.partner_agreed",
        subject=partner.ref,
        by=by,
        address=address,
        body=agreement.organisation.ref,
        takes=takes,
        trust=str(agreement.trust),
        agreed_on=agreement.agreed_on,
    )
    return partner


@transaction.atomic
def pause_partner(*, partner: Partner, by: Person | None) -> Partner:
    """Take nothing more from a partner, and take off what it listed."""
    _require(may_federate(by))
    partner = _locked(partner)
    if partner.paused_at:
        raise RuleBroken(N_("Nothing is taken from this partner already."))
    partner.paused_at = clock.now()
    partner.cursor = ""
    partner.save(update_fields=["paused_at", "cursor"])
    gone = _drop_all(partner)
    record("federation.partner_paused", subject=partner.ref, by=by, gone=gone)
    return partner


@transaction.atomic
def resume_partner(*, partner: Partner, by: Person | None) -> Partner:
    """Read a partner again, from the beginning."""
    _require(may_federate(by))
    partner = _locked(partner)
    if partner.paused_at is None:
        raise RuleBroken(N_("This partner is being read."))
    partner.paused_at, partner.begun_at, partner.pulled_at = None, clock.now(), None
    partner.save(update_fields=["paused_at", "begun_at", "pulled_at"])
    record("federation.partner_resumed", subject=partner.ref, by=by)
    return partner


@transaction.atomic
def take_page(*, partner: Partner, page: Page, by: Person | None) -> Counter[Standing]:
    """Take over a page of a partner's changes and stand after it; all of it or nothing.

    What cannot be taken stays out with a sentence that says why; the rest comes.
    """
    _require(by is None)
    partner = _locked(partner)
    if partner.paused_at:
        raise RuleBroken(N_("Nothing is taken from this partner already."))
    counted: Counter[Standing] = Counter()
    for change in page.changes:
        if standing := _take(partner, change, page.licence):
            counted[standing] += 1
    partner.cursor, partner.pulled_at = page.cursor, clock.now()
    partner.fault, partner.fault_values, partner.fault_at = "", {}, None
    partner.save(update_fields=["cursor", "pulled_at", *_FAULT])
    if counted:
        _record_taken(partner, counted, by)
    return counted


@transaction.atomic
def drop_unseen(*, partner: Partner, since: Any, by: Person | None) -> int:
    """Take off what a partner, read anew from the beginning, does not list any more."""
    _require(by is None)
    partner = _locked(partner)
    gone = _drop(partner.came.filter(standing__in=_HERE, seen_at__lt=since))
    if gone:
        _record_taken(partner, Counter({Standing.GONE: gone}), by)
    return gone


@transaction.atomic
def note_fault(*, partner: Partner, fault: KhuevanError, by: Person | None) -> bool:
    """Keep why a partner could not be read; tell whether it is too silent by now.

    A partner that is silent too long loses its listings here until it answers.
    """
    _require(by is None)
    partner = _locked(partner)
    now = clock.now()
    news = not partner.fault
    partner.fault, partner.fault_values = fault.sentence, fault.params
    partner.fault_at = now
    last = partner.pulled_at or partner.begun_at
    silent = is_silent(last, now, silence_on(clock.today()))
    gone = _drop_all(partner) if silent else 0
    if silent:
        partner.cursor = ""
    partner.save(update_fields=["cursor", *_FAULT])
    if gone:
        record("federation.partner_fell_silent", subject=partner.ref, by=by, gone=gone)
    elif news:
        record("federation.reading_failed", subject=partner.ref, by=by)
    return silent


@transaction.atomic
def pass_listing(*, came: Came, seen: str, by: Person | None) -> Came:
    """Let in what was held: somebody looked at it; `seen` is the digest of what they saw.

    Raises RuleBroken where the partner has changed it since.
    """
    came = _held(came, by)
    if came.digest != seen:
        raise RuleBroken(
            N_("The partner changed this listing after you looked. Read it again, then decide.")
        )  # fmt: skip
    came.passed = True
    came.stands(*_list(came, ""))
    came.save()
    record("federation.listing_passed", subject=came.partner.ref, by=by, code=came.code)
    return came


@transaction.atomic
def refuse_listing(*, came: Came, words: str, by: Person | None) -> Came:
    """Keep out what was held, with the reason."""
    came = _held(came, by)
    if len(words.strip()) < 10:
        raise RuleBroken(N_("Say why in at least ten letters."), field="words")
    came.stands(Standing.REFUSED, Reason(words.strip()[:500]))
    came.save()
    record(
        "federation.listing_refused", subject=came.partner.ref, by=by, code=came.code
    )
    return came


_HERE = (Standing.LISTED, Standing.HELD)
_FAULT = ("fault", "fault_values", "fault_at")


def _take(partner: Partner, change: Change, licence: str) -> Standing | None:
    """Take one change; None where it is of no concern here."""
    known = partner.came.filter(code=change.code).first()
    if change.listing is None:
        return Standing.GONE if known and _drop([known]) else None
    try:
        listing = read_listing(change.listing)
        if not comes_from(
            partner.address, listing.origin.base if listing.origin else None
        ):
            raise RuleBroken(N_("It comes from another exchange by way of this one."))
        side = Side.NEED if listing.kind == Kind.NEED else Side.OFFER
        if side not in partner.takes:
            return Standing.GONE if known and _drop([known]) else None
    except RuleBroken as broken:
        return _keep_out(partner, known, change, broken)
    came = known or Came(partner=partner, code=change.code)
    came.title, came.seen_at = listing.fields.title_vi, clock.now()
    # What somebody looked at were these words; others have to be looked at, too.
    before = came.digest
    came.declared = change.listing | {"licence_of_page": licence}
    came.passed = came.passed and came.digest == before
    if partner.trust == Trust.REVIEWED and not came.passed:
        came.stands(Standing.HELD, Reason(NEW_PARTNER))
    else:
        came.stands(*_list(came, licence))
    if came.standing is not Standing.LISTED and came.listing:
        drop(listing=came.listing)
    came.save()
    return Standing(came.standing)


def _list(came: Came, licence: str) -> tuple[Standing, Reason]:
    """Put what came into the catalogue; return how it stands and why it does not."""
    partner = came.partner
    try:
        came.listing = take_in(
            member=platform_member(
                organisation=partner.organisation,
                profile=f"{partner.name} ({partner.address}), {partner.document}".ljust(40, "."),
            ),
            declared=_declared(came),
            origin=Origin(
                exchange=partner.name,
                base=partner.address,
                code=came.code,
                address=f"{partner.address}/exchange/listings/{came.code}/",
                licence=licence or came.declared.get("licence_of_page", ""),
                seen_at=came.seen_at,
            ),
            alike_is_fine=came.passed,
        )  # fmt: skip
    except TooAlike as alike:
        return Standing.HELD, _reason(alike)
    except (RuleBroken, InputRefused) as refused:
        return Standing.REFUSED, _reason(refused)
    return Standing.LISTED, Reason()


def _declared(came: Came) -> Declared:
    """Return what came; how far it was checked counts where its reviews are relied on."""
    declared = declared_of(read_listing(came.declared))
    if came.partner.trust == Trust.TRUSTED:
        return declared
    return replace(declared, verification=Verification.DECLARED)


def _keep_out(
    partner: Partner, known: Came | None, change: Change, why: RuleBroken
) -> Standing:
    """Keep what cannot be taken out of the catalogue, and say why."""
    if known:
        _drop([known])
    came = known or Came(partner=partner, code=change.code)
    came.title, came.declared, came.seen_at = "", {}, clock.now()
    came.stands(Standing.REFUSED, _reason(why))
    came.save()
    return Standing.REFUSED


def _drop_all(partner: Partner) -> int:
    return _drop(partner.came.filter(standing__in=_HERE))


def _drop(rows: Iterable[Came]) -> int:
    """Take off what came; return how many were here. Words that are gone are not kept."""
    gone = 0
    for came in rows:
        if came.standing in _HERE:
            gone += 1
        if came.listing:
            drop(listing=came.listing)
        came.stands(Standing.GONE, Reason())
        came.title, came.declared = "", {}
        came.save()
    return gone


def _record_taken(
    partner: Partner, counted: Counter[Standing], by: Person | None
) -> None:
    record(
        "federation.changes_taken",
        subject=partner.ref,
        by=by,
        listed=counted[Standing.LISTED],
        held=counted[Standing.HELD],
        refused=counted[Standing.REFUSED],
        gone=counted[Standing.GONE],
    )


def _reason(refused: RuleBroken | InputRefused) -> Reason:
    """Return why something was refused, as it is kept: read in the language of who reads."""
    if isinstance(refused, InputRefused):
        one = refused.problems[0]
        return Reason(one.what, one.params)
    return Reason(refused.sentence, refused.params)


def _held(came: Came, by: Person | None) -> Came:
    _require(may_federate(by))
    rows = Came.objects.select_for_update(of=("self",)).select_related("partner__organisation")  # fmt: skip
    came = rows.get(pk=came.pk)
    if came.standing != Standing.HELD:
        raise RuleBroken(N_("Somebody has decided on this already."))
    return came


def _locked(partner: Partner) -> Partner:
    rows = Partner.objects.select_for_update(of=("self",))
    return rows.select_related("organisation").get(pk=partner.pk)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
