"""What each fact about a client says."""

from __future__ import annotations

from khuevan.platform.errors import N_


WORDS = {
    "clients.client_registered": N_("A machine was registered"),
    "clients.client_approved": N_("The machine may write"),
    "clients.client_revoked": N_("The machine was shut out"),
    "clients.secret_added": N_("The machine was given another secret"),
    "clients.secret_ended": N_("A secret of the machine ended"),
}
