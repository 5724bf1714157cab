"""The facts of the service centre: how they read."""

from __future__ import annotations

from khuevan.platform.errors import N_


WORDS: dict[str, str] = {
    "centre.desk_opened": N_("A desk was opened"),
    "centre.desk_closed": N_("A desk was closed"),
    "centre.ticket_taken": N_("Ticket %(number)s was taken"),
    "centre.ticket_called": N_("Ticket %(number)s was called"),
    "centre.ticket_started": N_("Ticket %(number)s is being served"),
    "centre.ticket_done": N_("Ticket %(number)s was served"),
    "centre.ticket_missed": N_("Ticket %(number)s did not come"),
    "centre.ticket_left": N_("Ticket %(number)s was given up"),
    "centre.ticket_recalled": N_("Ticket %(number)s is waiting again"),
    "centre.booking_made": N_("An appointment was made"),
    "centre.booking_cancelled": N_("An appointment was cancelled"),
    "centre.booking_missed": N_("Nobody came to an appointment"),
    "centre.party_counted": N_("A month of Party procedures was counted"),
}
"""What each kind of fact says on a timeline. docs/reference/facts lists them."""
