"""What the facts of dossiers tell: the applicant on every change, officials on their work.

Decree 224/2026/NĐ-CP Art. 15(1)(g): on every change of state the applicant is told at
once which agency and who handles it, and the times of reception, handling and return.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from khuevan.directory.public import Organisation, Role
from khuevan.journal.public import Fact
from khuevan.notices.public import Contact, Teller, Urgency
from khuevan.platform import clock
from khuevan.platform.errors import N_
from khuevan.platform.text import grouped

from .facts import RUNGS
from .gathering import HEADS, Known, key_of
from .models import Dossier
from .rules.clocks import Rung


People = Iterable[UUID | None]
TOLD_BEFORE = ("dossier_accepted", "supplement_asked", "step_done")
"""What an official can undo after the applicant was told of it."""


# ------------------------------------------------------------------ whom


def _of(fact: Fact, known: Known) -> Dossier | None:
    return known.dossiers.get(key_of(fact.subject))


def _applicant(fact: Fact, known: Known) -> People:
    dossier = _of(fact, known)
    return [dossier.applicant_id] if dossier else []


def _with_point(fact: Fact, known: Known) -> People:
    dossier = _of(fact, known)
    point = known.people(dossier.receiving_point_id, Role.OFFICIAL) if dossier else []
    return [*_applicant(fact, known), *point]


def _applicant_told_before(fact: Fact, known: Known) -> People:
    """Name the applicant where what was undone had been told to them."""
    return _applicant(fact, known) if fact.figures.get("undone") in TOLD_BEFORE else []


def _with_handler(fact: Fact, known: Known) -> People:
    steps = known.standing.get(key_of(fact.subject), [])
    return [*_applicant(fact, known), *(s.person_id for s in steps)]


def _assigned(fact: Fact, known: Known) -> People:
    return [key_of(str(fact.figures["person"]))]


def _leaders(fact: Fact, known: Known) -> People:
    dossier = _of(fact, known)
    return known.people(dossier.agency_id, Role.HEAD) if dossier else []


def _warned(fact: Fact, known: Known) -> People:
    """Name the handler at half time, and from two days on the heads as well."""
    dossier = _of(fact, known)
    if dossier is None:
        return []
    handlers = [s.person_id for s in known.standing.get(dossier.pk, [])]
    if fact.figures.get("rung") == Rung.HALF:
        return handlers
    return [*handlers, *known.people(dossier.agency_id, *HEADS)]


def _unreceived(fact: Fact, known: Known) -> People:
    """Name the applicant, the point and the centre (services.md 15, number 1)."""
    dossier = _of(fact, known)
    if dossier is None:
        return []
    point = known.people(dossier.receiving_point_id, Role.OFFICIAL, *HEADS)
    centre = [p for one in known.centres for p in known.people(one, Role.HEAD)]
    return [dossier.applicant_id, *point, *centre]


def _doubt_owner(fact: Fact, known: Known) -> People:
    owner = fact.figures.get("owner")
    return known.people(UUID(str(owner)), Role.HEAD, Role.OFFICIAL) if owner else []


def _doubter(fact: Fact, known: Known) -> People:
    return [known.doubters.get((key_of(fact.subject), str(fact.figures["field"])))]


# ------------------------------------------------------------ words, place


def _guest(fact: Fact, known: Known) -> list[Contact]:
    """Name an applicant without an account, as they are to be reached for this dossier."""
    dossier = _of(fact, known)
    taken_back = fact.kind == "counter.action_undone"
    if dossier is None or dossier.applicant_id is not None:
        return []
    if taken_back and fact.figures.get("undone") not in TOLD_BEFORE:
        return []
    said = dossier.application
    return [Contact(dossier.applicant_name, said.email, said.phone)]


TOLD_WITHOUT_ACCOUNT = (
    _applicant, _applicant_told_before, _with_point, _with_handler, _unreceived,
)  # fmt: skip
"""Whoever these name beside officials is the applicant, account or not."""


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(clock.HANOI):%H:%M %d/%m/%Y}" if value else "–"


def _about(fact: Fact, known: Known) -> dict[str, Any]:
    """Return what any sentence about a dossier may name: agency, person, times."""
    dossier = _of(fact, known)
    if dossier is None:
        return dict.fromkeys(("code", "title", "agency", "point", "who", "filed", "checked_by", "accepted", "due", "returned_at", "rung", "amount"), "–")  # fmt: skip
    steps = known.standing.get(dossier.pk, [])
    first = steps[0] if steps else None
    body = first.organisation if first else None
    rung = fact.figures.get("rung")
    return {
        "code": dossier.code or "",
        "title": dossier.title,
        "agency": _name(body or dossier.agency),
        "point": _name(dossier.receiving_point),
        "who": first.person.full_name
        if first and first.person
        else gettext("nobody named yet"),
        "filed": _moment(dossier.filed_at),
        "checked_by": _moment(dossier.reception_due_at),
        "accepted": _moment(dossier.accepted_at),
        "due": _moment(dossier.due_at),
        "returned_at": _name(dossier.return_point),
        "rung": gettext(RUNGS[Rung(rung)]) if rung else "",
        "amount": grouped(fact.figures.get("amount") or 0),
    }


def _name(body: Organisation | None) -> str:
    return body.short_name if body else "–"


def _page(fact: Fact, known: Known) -> str:
    return reverse("dossier", args=[key_of(fact.subject)])


def _supplement_page(fact: Fact, known: Known) -> str:
    return reverse("dossier-supplement", args=[key_of(fact.subject)])


def _proposal_page(fact: Fact, known: Known) -> str:
    return reverse("dossier-action", args=[key_of(fact.subject), "proposal"])


def _follow_page(fact: Fact, known: Known) -> str:
    dossier = _of(fact, known)
    return f"{reverse('dossier-follow')}?code={dossier.code if dossier else ''}"


def _doubts_page(fact: Fact, known: Known) -> str:
    return reverse("counter-doubts")


tell = Teller("counter", params=_about, link=_page, gather=Known)


def _tell(
    kind: str,
    recipients: Callable[[Fact, Known], People],
    subject: str,
    body: str,
    urgency: Urgency | Callable[[Fact], Urgency] = Urgency.NOW,
    **more: Any,
) -> None:
    if recipients in TOLD_WITHOUT_ACCOUNT:
        more["contacts"] = _guest
    tell(kind, recipients, subject, body, urgency, open_link=_follow_page, **more)


def _of_rung(fact: Fact) -> Urgency:
    return Urgency.DAILY if fact.figures.get("rung") == Rung.HALF else Urgency.NOW


HANDLED = N_("“%(title)s”. With: %(agency)s, %(who)s. Accepted %(accepted)s, due %(due)s, returned at: %(returned_at)s.")  # fmt: skip
"""What the decree wants said at least: agency, person, reception, handling, return."""

_tell(
    "dossier_filed",
    _with_point,
    N_("Dossier %(code)s was filed"),
    N_("“%(title)s”, filed %(filed)s. %(point)s checks it by %(checked_by)s."),
)
_tell(
    "dossier_accepted",
    _applicant,
    N_("Dossier %(code)s was accepted, due %(due)s"),
    HANDLED,
)
_tell(
    "dossier_refused",
    _applicant,
    N_("Dossier %(code)s was not accepted"),
    N_("“%(title)s”. Its page says why, and where to go instead."),
)
_tell(
    "supplement_asked",
    _applicant,
    N_("Dossier %(code)s: please send what is missing"),
    N_(
        "“%(title)s”. The page lists all that is missing, once. The clock stands until you send it."
    ),
    link=_supplement_page,
)
_tell(
    "supplement_proposed",
    _leaders,
    N_("Dossier %(code)s: may the applicant be asked again?"),
    N_("“%(title)s”, due %(due)s. Only you may allow a further request."),
    link=_proposal_page,
)
_tell(
    "supplement_denied",
    _assigned,
    N_("Dossier %(code)s: the applicant is not asked again"),
    N_("“%(title)s”, due %(due)s. Decide on what is there, or refuse it."),
)
_tell(
    "supplement_completed",
    _with_handler,
    N_("Dossier %(code)s: what was asked for has come"),
    HANDLED,
)
_tell(
    "step_assigned",
    _assigned,
    N_("Dossier %(code)s was given to you, due %(due)s"),
    N_("“%(title)s”. It waits in your inbox."),
)
_tell(
    "step_done",
    _with_handler,
    N_("Dossier %(code)s went a step further"),
    HANDLED,
    Urgency.DAILY,
)
_tell(
    "finance_asked",
    _applicant,
    N_("Dossier %(code)s: a financial duty of %(amount)s đồng was notified"),
    N_("“%(title)s”. Its page says what for, until when, and how to pay."),
)
_tell(
    "finance_settled",
    _with_handler,
    N_("Dossier %(code)s: the financial duty is settled"),
    HANDLED,
)
_tell(
    "fee_returned",
    _applicant,
    N_("Dossier %(code)s: %(amount)s đồng will be refunded to you"),
    N_(
        "The dossier ended before anybody accepted it, so what you paid will be refunded. You are told when it is sent back."
    ),
)
_tell(
    "apology_sent",
    _applicant,
    N_("Dossier %(code)s: an apology and a new date, %(due)s"),
    HANDLED,
)
_tell(
    "withdrawal_asked",
    _with_handler,
    N_("Dossier %(code)s: its withdrawal was asked for"),
    N_("“%(title)s”. Its page says what comes of it."),
)
_tell(
    "withdrawal_taken_back",
    _with_handler,
    N_("Dossier %(code)s: its withdrawal was taken back"),
    HANDLED,
)
_tell(
    "withdrawal_refused",
    _applicant,
    N_("Dossier %(code)s cannot be withdrawn any more"),
    HANDLED,
)
_tell(
    "dossier_withdrawn",
    _applicant,
    N_("Dossier %(code)s was withdrawn"),
    N_("“%(title)s”. You can file it again at any time."),
)
_tell(
    "dossier_stopped",
    _applicant,
    N_("Dossier %(code)s was stopped"),
    N_("“%(title)s”. Its page says why."),
)
_tell(
    "dossier_decided",
    _applicant,
    N_("Dossier %(code)s is decided: the result is ready"),
    N_(
        "“%(title)s”. Open the result on its page, or collect it at: %(returned_at)s. Then say in one tap how it went."
    ),
)
_tell(
    "result_returned",
    _applicant,
    N_("Dossier %(code)s: the result was handed over"),
    N_("“%(title)s”. It is kept in your store. Say in one tap how it went."),
)
_tell(
    "result_withdrawn",
    _applicant,
    N_("Dossier %(code)s: the result was withdrawn"),
    N_(
        "“%(title)s”. The agency took the result back: it counts no longer and has left your store. The dossier's page says why, and you can ask %(agency)s about it."
    ),
)
_tell(
    "action_undone",
    _applicant_told_before,
    N_("Dossier %(code)s: what we told you last was taken back"),
    N_(
        "“%(title)s”. An official undid the last step, which you were told of; it no longer counts. With: %(agency)s, %(who)s. You need not do anything; the dossier's page says how it stands."
    ),
)
_tell(
    "dossier_moved",
    _applicant,
    N_("Dossier %(code)s goes on under a new version of its procedure"),
    N_(
        "“%(title)s”. The procedure changed while your dossier was under way. The day it is due stays: %(due)s. With: %(agency)s, %(who)s."
    ),
    Urgency.DAILY,
)
_tell(
    "move_undone",
    _applicant,
    N_("Dossier %(code)s goes on under the version it was filed for"),
    N_(
        "“%(title)s”. Its move to a new version of the procedure was taken back. The day it is due stays: %(due)s. With: %(agency)s, %(who)s."
    ),
    Urgency.DAILY,
)
_tell(
    "child_opened",
    _applicant,
    N_("Dossier %(code)s: a further procedure was opened for you"),
    N_(
        "“%(title)s” goes with another procedure, filed for you with what you declared: you need not file again. The dossier's page shows both."
    ),
)
_tell(
    "child_stuck",
    _assigned,
    N_("Dossier %(code)s: the other procedure cannot be opened"),
    N_(
        "“%(title)s”, due %(due)s. Its page says why, and lets it go on once that is settled."
    ),
)
_tell(
    "calendar_moved_date",
    _with_handler,
    N_("Dossier %(code)s: the calendar changed, due %(due)s"),
    HANDLED,
)
_tell(
    "warning_given",
    _warned,
    N_("Dossier %(code)s: %(rung)s"),
    N_("“%(title)s”, due %(due)s. With: %(agency)s, %(who)s."),
    _of_rung,
)
_tell(
    "reception_overdue",
    _unreceived,
    N_("Dossier %(code)s waits at the reception too long"),
    N_(
        "“%(title)s” was filed %(filed)s. %(point)s had until %(checked_by)s to receive it."
    ),
)
_tell(
    "data_doubted",
    _doubt_owner,
    N_("A value of your register was reported as wrong"),
    N_("Look at it, mend the register or say why it is right."),
    link=_doubts_page,
)
_tell("doubt_answered", _doubter, N_("Your report of a wrong value was answered"),
      N_("The list of your reports says what came of it."), link=_doubts_page)  # fmt: skip
