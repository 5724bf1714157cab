"""What auctions call things on screen."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.platform import clock
from khuevan.platform.refusals import readable

from .rules.replay import Event, Kind, Why
from .rules.terms import Form, State
from .sealing import Fault


FORMS = {
    Form.ENGLISH: _("Rising price"),
    Form.SEALED: _("Sealed bids"),
    Form.DUTCH: _("Falling price"),
}
STATES = {
    State.RUNNING: pgettext_lazy("auction", "running"),
    State.CLOSED: _("waiting for the holders to open the bids"),
    State.DECIDED: pgettext_lazy("auction", "decided"),
    State.CANCELLED: pgettext_lazy("auction", "cancelled"),
    State.SETTLED: pgettext_lazy("auction", "paid"),
    State.DEFAULTED: _("the winner did not pay"),
    State.OFFERED: _("offered to the next bidder"),
}
WHYS = {
    Why.HIGHEST: _("the highest bid"),
    Why.EARLIER: _("the earlier of the equal highest bids"),
    Why.FIRST: _("the first to take the price"),
    Why.NO_BID: _("nobody bid"),
    Why.BELOW_RESERVE: _("no bid reached the reserve"),
    Why.CANCELLED: _("the auction was cancelled"),
}
EVENTS = {
    Kind.ANNOUNCED: _("Announced with its terms"),
    Kind.ADMITTED: _("Bidder %(bidder)s admitted"),
    Kind.BID: _("Bidder %(bidder)s: %(amount)s ₫"),
    Kind.SEALED_BID: _("Bidder %(bidder)s: a sealed bid"),
    Kind.CLOSED: _("Bidding ended"),
    Kind.KEY: _("Holder %(holder)s told their key to open the bids"),
    Kind.OPENED: _("Bidder %(bidder)s had bid %(amount)s ₫ (event %(bid)s)"),
    Kind.UNREADABLE: _("The bid of event %(bid)s cannot be read and does not count"),
    Kind.DECIDED: pgettext_lazy("auction", "Decided"),
    Kind.CANCELLED: _("Cancelled: %(reason)s"),
    Kind.SETTLED: _("Bidder %(bidder)s paid"),
    Kind.DEFAULTED: _("Bidder %(bidder)s did not pay"),
    Kind.RUNNER_UP: _(
        "Bidder %(bidder)s, whose bid was the next, may buy at %(price)s ₫"
    ),
}


FAULTS = {
    Fault.SHUT: _("the holders' keys do not open it"),
    Fault.NONSENSE: _("it holds no amount"),
    Fault.CHANGED: _("it is not what the bidder handed in: somebody changed it"),
    Fault.UNEVEN: _("it was closed for some holders otherwise than for others"),
    Fault.UNBOUND: _("it holds another bid than the one it bound itself to"),
}


def event_words(event: Event) -> str:
    """Return what an event says, money as people read it."""
    told = event.told
    if event.kind is Kind.KEY and "holder" not in told:  # of the first auctions
        return str(_("The opening key was put together from its shares"))
    said = str(EVENTS[event.kind]) % readable(told)
    return f"{said}: {FAULTS[told['why']]}" if event.kind is Kind.UNREADABLE else said


def exact(instant: datetime) -> str:
    """Return an instant to the millisecond, as Hanoi's clocks show it."""
    here = instant.astimezone(clock.HANOI)
    return f"{here:%H:%M:%S}.{here.microsecond // 1000:03} {here:%d/%m/%Y}"
