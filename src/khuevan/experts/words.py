"""What the pool calls things on screen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from khuevan.valuation.public import field_names

from .rules.bookings import Move, State, Turn
from .rules.pool import Standing, Tie


STANDINGS = {
    Standing.PROPOSED: _("Proposed, not asked for yet"),
    Standing.APPLIED: _("Applied"),
    Standing.ADMITTED: _("In the pool"),
    Standing.REFUSED: pgettext_lazy("expert", "Refused"),
    Standing.WITHDRAWN: _("Left the pool"),
}
TIES = {
    Tie.POST: _("holds a post there"),
    Tie.WORKED: _("works or worked there"),
    Tie.OWNS: _("owns a share of it"),
    Tie.ADVISES: _("advises it"),
    Tie.FAMILY: _("has family there"),
}
TOLD_TIES = {**TIES, Tie.FAMILY: _("has a personal tie to it")}
"""What others are told of a tie: whose family it is stays with the keeper."""
LANGUAGES = {
    "vi": _("Vietnamese"), "en": _("English"), "fr": _("French"), "de": _("German"),
    "ja": _("Japanese"), "ko": _("Korean"), "zh": _("Chinese"), "ru": _("Russian"),
}  # fmt: skip
STATES = {
    State.ASKED: _("Waits for the expert"),
    State.PROPOSED: _("Another time was named"),
    State.AGREED: _("Time agreed"),
    State.REPORTED: _("Minutes to be confirmed"),
    State.DISPUTED: _("Minutes disputed"),
    State.OWED: _("To be paid"),
    State.CLOSED: pgettext_lazy("booking", "Closed"),
    State.DECLINED: pgettext_lazy("booking", "Declined"),
    State.CALLED_OFF: _("Called off"),
    State.LAPSED: _("Lapsed without an answer"),
}
COLOURS = {
    State.ASKED: "claimed", State.PROPOSED: "claimed", State.AGREED: "running",
    State.REPORTED: "claimed", State.DISPUTED: "risk", State.OWED: "claimed",
    State.CLOSED: "done",
}  # fmt: skip
TURNS = {
    Turn.EXPERT: _("The expert"),
    Turn.ASKER: _("Who asked"),
    Turn.NOBODY: _("Nobody"),
}
NEXTS = {
    State.ASKED: _("The expert takes one of the times, names another, or declines."),
    State.PROPOSED: _("Who asked takes the time the expert named, or calls off."),
    State.AGREED: _("Both meet; then the expert writes the minutes."),
    State.REPORTED: _("Who asked confirms the minutes and the hours, or says what is not so."),
    State.DISPUTED: _("The expert writes the minutes anew; the first version stays beside it."),
    State.OWED: _("Who asked pays what was confirmed."),
    State.CLOSED: _("Nothing: advice given, minutes confirmed, paid."),
    State.DECLINED: _("Nothing: ask somebody else."),
    State.CALLED_OFF: _("Nothing."),
    State.LAPSED: _("Nothing: nobody answered in time. Ask again, or somebody else."),
}  # fmt: skip
MOVES = {
    Move.ASK: _("Asked for advice"),
    Move.ACCEPT: _("Accepted, and declared that no conflict exists"),
    Move.PROPOSE: _("Named another time"),
    Move.TAKE: _("Took the time"),
    Move.DECLINE: _("Said no"),
    Move.CALL_OFF: _("Called it off"),
    Move.REPORT: _("Wrote the minutes"),
    Move.AMEND: _("Wrote the minutes anew"),
    Move.CONFIRM: _("Confirmed the minutes and the hours"),
    Move.DISPUTE: _("Disputed the minutes"),
    Move.SETTLE: _("Settled how many hours count"),
    Move.PAY: _("The fee was paid"),
    Move.REMIND: _("A reminder went out"),
    Move.HAND_OVER: _("The keeper of the pool was told"),
    Move.LAPSE: _("Lapsed without an answer"),
}


def labels() -> dict[str, Any]:
    """Return what every page of the pool needs to call things."""
    return {
        "standings": STANDINGS, "ties": TIES, "told_ties": TOLD_TIES,
        "languages": LANGUAGES, "states": STATES, "colours": COLOURS, "turns": TURNS,
        "nexts": NEXTS, "moves": MOVES, "fields_of": field_names(),
    }  # fmt: skip
