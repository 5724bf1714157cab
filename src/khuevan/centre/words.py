"""What states and priorities are called on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from khuevan.directory.public import OrganisationKind

from .rules import BookingState, Priority, TicketState


POINTS = {
    OrganisationKind.POINT: _("Points of the service centre"),
    OrganisationKind.COMMUNE: _("Wards and communes"),
}
TICKETS = {
    TicketState.WAITING: _("waiting"),
    TicketState.CALLED: _("called to the desk"),
    TicketState.SERVING: _("being served"),
    TicketState.DONE: _("served"),
    TicketState.NO_SHOW: _("did not come"),
    TicketState.LEFT: _("given up"),
}
PRIORITIES = {
    Priority.NONE: _("no priority"),
    Priority.ELDERLY: _("elderly person"),
    Priority.DISABLED: _("person with a disability"),
    Priority.PREGNANT: _("pregnant, or with a small child"),
    Priority.MERIT: _("person of merit"),
}
BOOKINGS = {
    BookingState.BOOKED: _("booked"),
    BookingState.ARRIVED: _("arrived"),
    BookingState.CANCELLED: _("cancelled"),
    BookingState.MISSED: _("missed"),
}
PARTY = {
    "DANG.01": _("Formal transfer of Party membership"),
    "DANG.02": _("Temporary transfer of Party membership"),
    "DANG.03": _("Opinion of the Party cell at the place of residence"),
    "DANG.04": _("Party fees"),
}
"""The four Party procedures (CV 19370-CV/VPTW of 8/12/2025); codes are ours."""
