"""Around filing: where it goes, doubts about a register, consent, following without sign-in."""

from __future__ import annotations

from django.db import transaction

from khuevan.catalogue.public import Channel
from khuevan.counter.access import may_answer_doubt, may_edit_draft
from khuevan.counter.definitions import definition_of
from khuevan.counter.facts import record_dossier
from khuevan.counter.models import (
    Application,
    Correction,
    Dossier,
    ReturnBy,
    Wish,
)
from khuevan.counter.owners import owner_of
from khuevan.counter.rules.codes import second_factor
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Organisation, Person
from khuevan.journal.public import record
from khuevan.platform import clock
from khuevan.platform.errors import N_, RuleBroken
from khuevan.platform.tries import count_guess

from .common import locked, require, require_state


@transaction.atomic
def wish_delivery(
    *,
    dossier: Dossier,
    agency: Organisation | None,
    receiving_point: Organisation | None = None,
    return_by: ReturnBy = ReturnBy.ELECTRONIC,
    return_point: Organisation | None = None,
    post_address: str = "",
    by: Person | None,
) -> Wish:
    """Keep where the applicant wants it to go and how the result should come.

    Any point receives any dossier and any point returns it, wherever it is decided
    (Decree 118/2025 Art. 14). Post needs an address.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    if return_by is ReturnBy.POST and not post_address.strip():
        raise RuleBroken(
            N_("Write the address the result is posted to."), field="post_address"
        )
    wish, _ = Wish.objects.update_or_create(
        dossier=dossier,
        defaults={
            "agency": agency,
            "receiving_point": receiving_point,
            "return_by": return_by,
            "return_point": return_point if return_by is ReturnBy.POINT else None,
            "post_address": post_address.strip() if return_by is ReturnBy.POST else "",
        },
    )
    record_dossier("delivery_wished", dossier, by=by, return_by=return_by.value)
    return wish


@transaction.atomic
def record_consent(*, dossier: Dossier, how: str, by: Person) -> Dossier:
    """Note that the applicant agreed to be helped, and how: said or signed.

    A supporter files with the applicant named, never with their credentials
    (services.md 3.2); without consent nothing is filed for anybody.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    require_state(dossier, Business.DRAFT)
    if how not in {"said", "signed"}:
        raise RuleBroken(
            N_("Ask the applicant whether they agree that you file for them, and tick how they did."),
            field="consent",
        )  # fmt: skip
    application = Application.objects.get(dossier=dossier)
    application.consent |= {
        "how": how, "to": by.ref, "at": clock.now().isoformat(),
        "for": Channel(dossier.channel).value,
    }  # fmt: skip
    application.save(update_fields=["consent"])
    record_dossier("consent_recorded", dossier, by=by, how=how)
    return dossier


@transaction.atomic
def doubt_value(
    *, dossier: Dossier, field: str, said: str, by: Person | None
) -> Correction:
    """Report that a value a register filled in is wrong; the value stays the register's.

    It goes to the register's owner. Said again while open it replaces what was said.
    """
    dossier = locked(dossier)
    require(may_edit_draft(by, dossier))
    application = dossier.application
    told = application.provenance.get(field, {})
    if not told.get("fixed"):
        raise RuleBroken(N_("You can change this answer yourself."), field="said")
    if not said.strip():
        raise RuleBroken(N_("Write what it should be."), field="said")
    source = str(told.get("source", ""))
    part = definition_of(dossier).form.get("properties", {}).get(field, {})
    doubt, _ = Correction.objects.update_or_create(
        dossier=dossier,
        field=field,
        answered_at=None,
        defaults={
            "title": part.get("title", field),
            "source": source,
            "value": str(application.answers.get(field, ""))[:500],
            "said": said.strip()[:500],
            "owner": owner_of(source),
            "asked_by": by,
            "asked_at": clock.now(),
        },
    )
    owner = str(doubt.owner_id) if doubt.owner_id else None
    record_dossier(
        "data_doubted", dossier, by=by, field=field, source=source, owner=owner
    )
    return doubt


@transaction.atomic
def answer_doubt(
    *, doubt: Correction, mended: bool, answer: str, by: Person
) -> Correction:
    """Say that the register was mended, or why it stays as it is."""
    doubt = Correction.objects.select_for_update().get(pk=doubt.pk)
    require(may_answer_doubt(by, doubt))
    if doubt.answered_at is not None:
        raise RuleBroken(N_("This report was answered already."))
    if not answer.strip():
        raise RuleBroken(N_("Write what was found."), field="answer")
    doubt.answered_at, doubt.answered_by = clock.now(), by
    doubt.mended, doubt.answer = mended, answer.strip()
    doubt.save()
    record(
        "counter.doubt_answered", subject=_about(doubt), by=by, field=doubt.field,
        source=doubt.source, mended=mended,
    )  # fmt: skip
    return doubt


@transaction.atomic
def prove_follower(
    *, code: str, factor: str, address: str, by: Person | None = None
) -> Dossier | None:
    """Return the dossier of a code for whoever knows its second factor, else None.

    The factor is the last four digits of the applicant's identity number or telephone.
    Every try is counted (see `platform.tries`). It leaves no fact.
    """
    count_guess("dossier", code, address)
    found = (
        Dossier.objects.exclude(business=Business.DRAFT)
        .select_related("application")
        .filter(code=code.strip().upper())
        .first()
    )
    if found is None:
        return None
    known = second_factor(found.application.national_id, found.application.phone)
    return found if factor.strip() in known else None


def _about(doubt: Correction) -> str:
    return f"counter.dossier:{doubt.dossier_id}" if doubt.dossier_id else doubt.ref
