"""What each fact about a partner says."""

from __future__ import annotations

from khuevan.platform.errors import N_


WORDS = {
    "federation.partner_agreed": N_("A partner was agreed on"),
    "federation.partner_paused": N_("Nothing is taken from the partner for now"),
    "federation.partner_resumed": N_("The partner is read again"),
    "federation.changes_taken": N_("%(listed)s listings taken in, %(gone)s gone, %(held)s held, %(refused)s refused"),
    "federation.reading_failed": N_("The partner could not be read"),
    "federation.partner_fell_silent": N_("The partner was silent too long: %(gone)s listings taken off"),
    "federation.listing_passed": N_("Somebody looked at %(code)s and let it in"),
    "federation.listing_refused": N_("Somebody looked at %(code)s and kept it out"),
}  # fmt: skip
