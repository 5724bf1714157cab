"""What events call things on screen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _, pgettext_lazy

from .rules.events import Audience, Kind, Standing, State


KINDS = {
    Kind.DEMO_DAY: _("Demo day"),
    Kind.MATCHING: _("Matching session"),
    Kind.SEMINAR: _("Seminar"),
    Kind.TRAINING: _("Training"),
    Kind.VIEWING: _("Viewing before an auction"),
}
AUDIENCES = {
    Audience.EVERYBODY: _("Everybody, without an account too"),
    Audience.ACCOUNTS: _("People with an account"),
}
STATES = {
    State.DRAFT: pgettext_lazy("event", "Draft"),
    State.PUBLISHED: _("Announced"),
    State.HELD: _("Held"),
    State.CALLED_OFF: _("Called off"),
}
COLOURS = {State.PUBLISHED: "running", State.HELD: "done", State.DRAFT: "claimed"}
STANDINGS = {
    Standing.REGISTERED: _("You have a seat"),
    Standing.WAITING: _("You are on the waiting list"),
    Standing.WITHDRAWN: _("You have withdrawn"),
}


def labels() -> dict[str, Any]:
    """Return what every page of events needs to call things."""
    return {
        "kinds": KINDS, "audiences": AUDIENCES, "states": STATES, "colours": COLOURS,
        "standings": STANDINGS,
    }  # fmt: skip
